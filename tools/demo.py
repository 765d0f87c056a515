"""Runs both apps with simulated traffic and opens the dashboard: `make demo`.

Its counts and its history are its own, and gone at the end: nothing simulated mixes with what a person keeps.
"""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import secrets
import subprocess
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.arguments import Parser
from tools.run_local import App, announce, apps, check_ports, serving
from tools.settings import Demo, demo_from_process, ports_from_process
from tools.stopping import Asked, until_stopped
from tools.terminal import finish

SIMULATE = Path(__file__).resolve().parent / "simulate.py"
TRAFFIC = ("--rate", "5", "--batch", "1-20", "--errors", "2%", "--feedback")
GRACE = 5.0
"""Seconds for the traffic to say what it was."""


def main() -> int:
    """Run the demo until a signal."""
    _parser().parse_args()
    return until_stopped(_demo)


def _demo(asked_to_stop: Asked) -> None:
    demo = demo_from_process()
    with TemporaryDirectory(prefix="tandem-demo-") as folder:
        both = apps(ports_from_process(), **_own(Path(folder)))
        check_ports(both, "demo")
        _run(both, demo, Path(folder) / "log", asked_to_stop)


def _own(folder: Path) -> dict[str, str]:
    """Return the variables that keep the demo to itself, and let it give receipts."""
    return {
        "COUNTERS_PATH": str(folder / "api.db"),
        "HISTORY_PATH": str(folder / "monitor.db"),
        "RECEIPT_SECRET": secrets.token_urlsafe(32),
        **dict.fromkeys(("REDIS_URL", "KV_URL", "MAIN_API_URL"), ""),
    }


def _run(both: tuple[App, App], demo: Demo, log: Path, asked_to_stop: Asked) -> None:
    api, dashboard = both
    with log.open("wb") as out, serving(both, asked_to_stop, out) as check_alive:
        if asked_to_stop():
            return
        announce(both)
        print(f"Their log, until then: {log}", flush=True)
        if demo.screen:
            _open(dashboard.url)
        with _traffic(api.url, demo.seconds) as process:
            ended = False
            while not asked_to_stop():
                check_alive()
                if process.poll() is not None and not ended:
                    ended = True
                    print("The traffic is over; both go on until Ctrl-C.", flush=True)
                time.sleep(0.1)


def _open(url: str) -> None:
    """Open a page, and wait for no browser that only returns once it is closed."""
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


@contextmanager
def _traffic(url: str, seconds: int) -> Iterator[subprocess.Popen[bytes]]:
    """Simulate traffic in a session of its own, so that one signal, ours, stops it."""
    process = subprocess.Popen(  # noqa: S603 - our own command, no shell
        [sys.executable, str(SIMULATE), "--url", url, "--seconds", str(seconds), *TRAFFIC],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        process.kill()
        process.wait()


def _parser() -> Parser:
    return Parser(
        prog="python -m tools.demo",
        description="Run the API and the dashboard on 127.0.0.1 with simulated traffic, which is labelled as "
        "such, until Ctrl-C; open the dashboard where there is a screen. Counts and history are the demo's "
        "own. DEMO_SECONDS (300), API_PORT (8000) and MONITOR_PORT (8001) are read from the environment.",
        example="make demo DEMO_SECONDS=60",
    )


if __name__ == "__main__":
    sys.exit(finish(main))
