"""Installs what locks hold into the Python that runs it, by pip, and says how far it is; make runs it."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

if not __package__:  # Run as a file, it finds the modules beside it by the root, and needs no package.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools.arguments import Parser
from tools.settings import wants_plain_from_process
from tools.terminal import ToolError, finish
from training import locks

# A lock names all that is needed, with hashes: what is anything else is not installed.
PIP = ("pip", "install", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--progress-bar=off")
FETCHES = ("Collecting ", "Requirement already satisfied: ")
UNPACKS = "Installing collected packages"
WIDTH = 60


def main() -> int:
    """Return 0 where all is installed."""
    given: list[Path] = _parser().parse_args().locks
    total = len({each.name for lock in given for each in locks.read_lock(_read(lock))})
    command = [sys.executable, "-m", *PIP, *(word for lock in given for word in ("-r", str(lock)))]
    with subprocess.Popen(  # noqa: S603 - our own command, no shell
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace"
    ) as pip:
        assert pip.stdout
        show(pip.stdout, total, sys.stdout, live=sys.stdout.isatty() and not wants_plain_from_process())
    if pip.returncode:
        raise ToolError(
            "not all could be installed, and pip said why above; the same command goes on with it"
        )
    return 0


def show(said: Iterable[str], total: int, out: TextIO, *, live: bool) -> None:
    """Tell of pip's lines how far it is, in one line that renews itself; once in all where that can't be."""
    if not live:
        print(f"Installing {total} packages ...", file=out, flush=True)
    done = 0
    for line in said:
        if line.startswith(FETCHES):
            done += 1
            text = f"Fetching {done} of {total} packages: {_name(line)}"
        elif line.startswith(UNPACKS):
            text = f"Installing {total} packages ..."
        else:
            continue
        if live:  # What pip says on stderr meanwhile begins at the line's begin, over it.
            print(f"{text[:WIDTH]:{WIDTH}}", end="\r", file=out, flush=True)
    if live:
        print(" " * WIDTH, end="\r", file=out, flush=True)


def _name(line: str) -> str:
    return line.split(": ")[-1].removeprefix(FETCHES[0]).partition("==")[0].partition(" ")[0]


def _read(lock: Path) -> str:
    return lock.read_text(encoding="utf-8")


def _parser() -> Parser:
    parser = Parser(
        description="Install what locks hold into the Python that runs this, each file checked by its hash.",
        example="python tools/install.py requirements.lock",
    )
    parser.add_argument("locks", nargs="+", type=Path, metavar="LOCK", help="a requirements.lock")
    return parser


if __name__ == "__main__":
    sys.exit(finish(main))
