"""Runs the API and the monitor on this machine until Ctrl-C: `make run`."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tools import local_server
from tools.arguments import Parser
from tools.settings import Ports, ports_from_process, process_environment
from tools.stopping import Asked, StartError, until_stopped
from tools.terminal import finish

ROOT = Path(__file__).resolve().parent.parent


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


def run(both: tuple[App, App], asked_to_stop: Asked) -> None:
    """Serve both apps until asked to stop; raise StartError when one of them ends by itself."""
    with serving(both, asked_to_stop) as check_alive:
        if not asked_to_stop():
            announce(both)
        while not asked_to_stop():
            check_alive()
            time.sleep(0.1)


@contextmanager
def serving(
    both: tuple[App, App], asked_to_stop: Asked, out: IO[bytes] | None = None
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


def _wait(app: App, process: subprocess.Popen[bytes], asked_to_stop: Asked) -> None:
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
    """Run both apps until a signal."""
    _parser().parse_args()
    return until_stopped(_run)


def _run(asked_to_stop: Asked) -> None:
    both = apps(ports_from_process())
    check_ports(both)
    run(both, asked_to_stop)


def _parser() -> Parser:
    return Parser(
        prog="python -m tools.run_local",
        description="Run the API and the dashboard on 127.0.0.1 until Ctrl-C; the dashboard watches the API. "
        "API_PORT (8000) and MONITOR_PORT (8001) in the environment change their ports, and all settings of "
        "docs/reference/settings.md are heeded.",
        example="make run API_PORT=8010 MONITOR_PORT=8011",
    )


if __name__ == "__main__":
    sys.exit(finish(main))
