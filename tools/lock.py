"""Writes the locks: every package that is installed here or by the platform, with the hashes of its files."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

if not __package__:  # Run as a file, it finds the modules beside it by the root, and needs no package.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools.arguments import Parser
from tools.terminal import ToolError, finish
from training import locks

ROOT = Path(__file__).resolve().parent.parent
EVERYTHING = "requirements.lock"
SERVED = "ml-api/requirements.lock"
COMPILE = ("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header")


@dataclass(frozen=True)
class Lock:
    """A lock, made of the requirements beside it.

    apart: it shares nothing with the rest; python: the oldest that it serves; without: names that stay out.
    """

    file: str
    apart: bool = False
    python: str = "3.11"
    without: tuple[str, ...] = ()

    @property
    def asks(self) -> str:
        """Return the file that says what is wanted."""
        return Path(self.file).with_suffix(".txt").as_posix()


LOCKS = (
    Lock(EVERYTHING, apart=True),
    Lock(SERVED),
    # Apprise asks for it and can do without: docs/decisions/0009-the-monitor-is-built-without-pyyaml.md
    Lock("monitoring/requirements.lock", without=("pyyaml",)),
    Lock("tools/requirements.lock"),
    Lock("observability/docker/requirements.lock"),
    Lock("tests/conformance/requirements.lock", apart=True, python="3.12"),
    Lock("training/requirements-mlflow.lock", apart=True),
)


def main() -> int:
    """Write all locks, or tell which do not hold what is asked for."""
    told = _parser().parse_args()
    stale = list(faults(ROOT)) if told.check else []
    for fault in stale:
        print(f"error: {fault}", file=sys.stderr)
    if stale:
        print("error: `make lock` writes the locks anew", file=sys.stderr)
    return bool(stale) if told.check else _write(told.upgrade)


def faults(root: Path) -> Iterator[str]:
    """Yield what is wrong with the locks below root; no network is asked."""
    everything = {(each.name, each.version, each.hashes) for each in _packages(root / EVERYTHING)}
    for lock in LOCKS:
        packages = _packages(root / lock.file)
        for asked in _asked(root, lock.asks):
            if not locks.holds(packages, asked):
                yield f"{lock.asks} asks for {asked.line}, which {lock.file} does not hold"
        for each in () if lock.apart else packages:
            if (each.name, each.version, each.hashes) not in everything:
                yield f"{lock.file} has {each.name} {each.version} otherwise than {EVERYTHING}"


def _packages(lock: Path) -> tuple[locks.Locked, ...]:
    return locks.read_lock(lock.read_text()) if lock.exists() else ()


def _asked(root: Path, file: str) -> Iterator[locks.Asked]:
    """Yield what a requirements file asks for, and what those ask for that it includes."""
    text = (root / file).read_text()
    yield from locks.read_asked(text)
    for line in text.splitlines():
        if line.startswith("-r "):
            yield from _asked(root, line.removeprefix("-r ").strip())


def _write(upgrade: bool) -> int:
    if find_spec("uv") is None:
        raise ToolError("uv is not here; `make setup` installs it")
    for lock in LOCKS:
        if code := _cut() if lock.file == SERVED else _compile(lock, upgrade):
            return code
        print(lock.file)
    return 0


def _cut() -> int:
    """Write the API's lock as `pack` does, which has no network."""
    asked = locks.read_asked((ROOT / SERVED).with_suffix(".txt").read_text())
    part = locks.cut(_packages(ROOT / EVERYTHING), asked)
    for line in part.missing:
        print(f"error: {EVERYTHING} does not hold {line}", file=sys.stderr)
    if not part.missing:
        (ROOT / SERVED).write_text(part.text)
    return bool(part.missing)


def _compile(lock: Lock, upgrade: bool) -> int:
    """Let uv resolve; it keeps the versions that the old lock has, unless told otherwise."""
    options = ["--python-version", lock.python, *(["--upgrade"] if upgrade else [])]
    options += [] if lock.apart else ["--constraints", EVERYTHING]
    options += [f"--no-emit-package={name}" for name in lock.without]
    options += ["--no-annotate"] if lock.file != EVERYTHING else []  # A cut asks who needs what.
    command = [sys.executable, "-m", "uv", *COMPILE, *options, lock.asks, "--output-file", lock.file]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - our own
    if not done.returncode:
        path = ROOT / lock.file
        kept = (line for line in path.read_text().splitlines(keepends=True) if not line.startswith("#"))
        path.write_text(locks.NOTE + "".join(kept))
    return done.returncode


def _parser() -> Parser:
    parser = Parser(
        description="Write every requirements.lock anew from the requirements.txt beside it, with the hashes "
        "of all files; versions stay as they are where nothing else is asked for.",
        example="python tools/lock.py --check",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 where a lock lacks what is asked for"
    )
    parser.add_argument("--upgrade", action="store_true", help="take the newest of what no file pins")
    return parser


if __name__ == "__main__":
    sys.exit(finish(main))
