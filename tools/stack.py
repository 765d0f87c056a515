"""Runs the API, the monitor and all that watches them without containers, until Ctrl-C: `make stack`."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.arguments import Parser
from tools.settings import StackPorts, port_variable, process_environment, stack_ports_from_process
from tools.stacking.plan import ALERTMANAGER_YML, Server, planned, prepare
from tools.stacking.programs import PROGRAMS, how_to_install, installed
from tools.stacking.receivers import local_receivers
from tools.stacking.running import check_ports, serving
from tools.stopping import Asked, StartError, until_stopped
from tools.terminal import finish


def main() -> int:
    """Run the stack until a signal."""
    kept = _parser().parse_args().state
    return until_stopped(lambda asked: _stack(kept, asked))


def _stack(kept: Path | None, asked_to_stop: Asked) -> None:
    own = nullcontext(str(kept)) if kept else TemporaryDirectory(prefix="tandem-stack-")
    with own as folder:
        _run(Path(folder).resolve(), asked_to_stop, goes=not kept)


def _run(state: Path, asked_to_stop: Asked, *, goes: bool) -> None:
    servers = planned(state, stack_ports_from_process(), installed(), process_environment())
    check_ports(servers)
    state.mkdir(parents=True, exist_ok=True)
    with _alone(state):
        prepare(state, servers)
        with serving(servers, state / "logs", asked_to_stop) as check_alive:
            if not asked_to_stop():
                _announce(servers, state, goes=goes)
            while not asked_to_stop():
                check_alive()
                time.sleep(0.1)


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold a folder for this stack: two Redis in one would ruin what it keeps."""
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartError(f"Another stack keeps its state in {state}.") from error
        yield


def _announce(servers: Sequence[Server], state: Path, *, goes: bool) -> None:
    width = max(len(server.title) for server in servers)
    places = [each.name for each in fields(StackPorts)]
    for server in sorted(servers, key=lambda server: places.index(server.name)):
        print(f"{server.title:<{width}}  {server.url}")
    names = {server.name for server in servers}
    missing = [key for key in PROGRAMS if key not in names]
    if missing:
        print(how_to_install(missing))
    if "alertmanager" in names and not local_receivers(ALERTMANAGER_YML)[1]:
        print(
            "Alertmanager tells nobody yet; observability/alertmanager/alertmanager.yml says what it needs."
        )
    print(f"State and logs: {state}{', gone at the end' if goes else ''}")
    print("Ctrl-C stops all.", flush=True)


def _parser() -> Parser:
    ports = ", ".join(f"{port_variable(each.name)} ({each.default})" for each in fields(StackPorts))
    parser = Parser(
        prog="python -m tools.stack",
        description="Run the API, the dashboard and all that watches them on 127.0.0.1 without containers, "
        f"until Ctrl-C; docs/observability.md tells more. In the environment: {ports}.",
        example="make stack STATE=my-stack",
    )
    says = "keep state and logs here (a temporary folder)"
    parser.add_argument("--state", metavar="DIR", type=Path, help=says)
    return parser


if __name__ == "__main__":
    sys.exit(finish(main))
