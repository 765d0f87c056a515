"""Runs the API and the monitor on this machine until Ctrl-C: `make run`."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from tools import local_server
from tools.settings import Ports, SettingsError, ports_from_process, process_environment
from tools.terminal import wishes_to_stop

ROOT = Path(__file__).resolve().parent.parent


class StartError(RuntimeError):
    """Says why an app did not start, and what to change."""


@dataclass(frozen=True)
class App:
    """One of the two deployments, as it runs here."""

    title: str
    folder: Path
    variable: str
    port: int
    env: dict[str, str]

    @property
    def url(self) -> str:
        """Return its address for a browser."""
        return f"http://{local_server.HOST}:{self.port}"


class Signals:
    """Remembers that a signal asked to stop, whenever it came."""

    def __init__(self) -> None:
        self.asked = False
        for number in wishes_to_stop():
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def apps(ports: Ports, **extra: str) -> tuple[App, App]:
    """Return both apps, with extra variables; the monitor watches the API unless told to watch another."""
    env = process_environment(**extra)
    api = App("API", ROOT / "ml-api", "API_PORT", ports.api, env)
    watched = {"MAIN_API_URL": env.get("MAIN_API_URL") or api.url}
    return api, App("dashboard", ROOT / "monitoring", "MONITOR_PORT", ports.monitor, env | watched)


def check_ports(both: tuple[App, App], target: str = "run") -> None:
    """Raise StartError naming the variable whose port is taken."""
    for app in both:
        if not local_server.is_free(app.port):
            raise StartError(
                f"Port {app.port} is in use. Choose another one for the {app.title}: "
                f"{app.variable}={app.port + 10} make {target}"
            )


def run(both: tuple[App, App], asked_to_stop: Callable[[], bool]) -> None:
    """Serve both apps until asked to stop; raise StartError when one of them ends by itself."""
    with serving(both, asked_to_stop) as check_alive:
        if not asked_to_stop():
            announce(both)
        while not asked_to_stop():
            check_alive()
            time.sleep(0.1)


@contextmanager
def serving(
    both: tuple[App, App], asked_to_stop: Callable[[], bool], out: IO[bytes] | None = None
) -> Iterator[Callable[[], None]]:
    """Serve both apps, with their logs in `out`; yields a check that raises StartError when one ended."""
    running: list[tuple[App, subprocess.Popen[bytes]]] = []
    try:
        for app in both:
            running.append((app, local_server.start(app.folder, app.port, app.env, out=out)))
        for app, process in running:
            _wait(app, process, asked_to_stop)
        yield lambda: _check_alive(running)
    finally:
        local_server.stop(*(process for _, process in running))


def _wait(app: App, process: subprocess.Popen[bytes], asked_to_stop: Callable[[], bool]) -> None:
    reached = local_server.wait_until_answers(process, f"{app.url}/livez", unless=asked_to_stop)
    if not (reached or asked_to_stop()):
        raise StartError(f"The {app.title} did not start; its reason is above.")


def announce(both: tuple[App, App]) -> None:
    """Print both addresses."""
    for app in both:
        print(f"{app.title:<10} {app.url}", flush=True)
    print("Ctrl-C stops both.", flush=True)


def _check_alive(running: list[tuple[App, subprocess.Popen[bytes]]]) -> None:
    for app, process in running:
        if process.poll() is not None:
            raise StartError(f"The {app.title} ended by itself (exit code {process.returncode}).")


def main() -> int:
    """Run both apps; 0 after a wished stop, 1 with one line on stderr otherwise."""
    signals = Signals()
    try:
        both = apps(ports_from_process())
        check_ports(both)
        run(both, lambda: signals.asked)
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)
        return 1
    with suppress(OSError):  # The terminal may be gone.
        print("\nStopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
