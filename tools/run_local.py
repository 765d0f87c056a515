"""Runs the API and the monitor on this machine until Ctrl-C: `make run`."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tools import local_server
from tools.settings import Ports, SettingsError, ports_from_process, process_environment

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
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def apps(ports: Ports) -> tuple[App, App]:
    """Return both apps; the monitor watches the API unless it was told to watch another."""
    api = App("API", ROOT / "ml-api", "API_PORT", ports.api, process_environment())
    watched = {"MAIN_API_URL": api.env.get("MAIN_API_URL") or api.url}
    monitor = App(
        "dashboard", ROOT / "monitoring", "MONITOR_PORT", ports.monitor, process_environment(**watched)
    )
    return api, monitor


def check_ports(both: tuple[App, App]) -> None:
    """Raise StartError naming the variable whose port is taken."""
    for app in both:
        if not local_server.is_free(app.port):
            raise StartError(
                f"Port {app.port} is in use. Choose another one for the {app.title}: "
                f"{app.variable}={app.port + 10} make run"
            )


def run(both: tuple[App, App], asked_to_stop: Callable[[], bool]) -> None:
    """Serve both apps until asked to stop; raise StartError when one of them ends by itself."""
    running: list[tuple[App, subprocess.Popen[bytes]]] = []
    try:
        for app in both:
            running.append((app, local_server.start(app.folder, app.port, app.env)))
        for app, process in running:
            _wait(app, process, asked_to_stop)
        if not asked_to_stop():
            _announce(both)
        while not asked_to_stop():
            _check_alive(running)
            time.sleep(0.1)
    finally:
        local_server.stop(*(process for _, process in running))


def _wait(app: App, process: subprocess.Popen[bytes], asked_to_stop: Callable[[], bool]) -> None:
    reached = local_server.wait_until_answers(process, f"{app.url}/livez", unless=asked_to_stop)
    if not (reached or asked_to_stop()):
        raise StartError(f"The {app.title} did not start; its reason is above.")


def _announce(both: tuple[App, App]) -> None:
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
