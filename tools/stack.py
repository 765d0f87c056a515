"""Runs the API, the monitor and all that watches them without containers, until Ctrl-C: `make stack`."""

import argparse
import fcntl
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.run_local import Signals, StartError
from tools.settings import SettingsError, StackPorts, process_environment, stack_ports_from_process
from tools.stacking.plan import ALERTMANAGER_YML, Server, planned, prepare
from tools.stacking.programs import PROGRAMS, how_to_install, installed
from tools.stacking.receivers import local_receivers
from tools.stacking.running import check_ports, serving


def main(arguments: Sequence[str]) -> int:
    """Run the stack; 0 after a wished stop, 1 with its reason on stderr otherwise."""
    args = _parser().parse_args(arguments)
    signals = Signals()
    try:
        own = nullcontext(str(args.state)) if args.state else TemporaryDirectory(prefix="tandem-stack-")
        with own as folder:
            _run(Path(folder).resolve(), lambda: signals.asked, goes=not args.state)
    except (SettingsError, StartError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    with suppress(OSError):  # The terminal may be gone.
        print("\nStopped.", flush=True)
    return 0


def _run(state: Path, asked_to_stop: Callable[[], bool], *, goes: bool) -> None:
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.stack",
        description="Runs the whole stack on 127.0.0.1 without containers; docs/observability.md tells more.",
    )
    says = "keep state and logs here (a temporary folder)"
    parser.add_argument("--state", metavar="DIR", type=Path, help=says)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
