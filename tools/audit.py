"""Asks a public database whether any pinned package is known to be unsafe; no answer is not a pass."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import arguments, terminal
from tools.lock import LOCKS, ROOT
from tools.progress import working
from training.locks import read_lock

SAFE, UNSAFE, NOT_ASKED = 0, 1, 3
SERVICES = (("pypi",), ("osv",))
SECONDS_EACH = "15"
MOST_SECONDS = 900
EXAMPLE = "python tools/audit.py ml-api/requirements.lock"
Pin = tuple[str, str]


@dataclass(frozen=True)
class Found:
    """What databases said: the known faults of each pin that was asked about, and why others were not."""

    faults: Mapping[Pin, tuple[str, ...]]
    failures: tuple[str, ...] = ()


def main() -> int:
    """Print what is known; return 0 where all was asked and nothing is known, 1 where something is, or 3."""
    told = _parser().parse_args()
    if find_spec("pip_audit") is None:
        raise terminal.ToolError("pip-audit is not here; `make setup` installs it")
    held = pins(told.locks or [ROOT / lock.file for lock in LOCKS])
    services = [("osv", "--osv-url", told.osv_url)] if told.osv_url else SERVICES
    found = _ask(sorted(held), services)
    for line in report(held, found):
        print(line)
    return verdict(held, found)


def pins(locks: Iterable[Path]) -> dict[Pin, list[str]]:
    """Return every package and version of some locks, with the locks that hold it."""
    held: dict[Pin, list[str]] = {}
    for path in locks:
        try:
            packages = read_lock(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise terminal.ToolError(f"{path} can't be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise terminal.ToolError(f"{path} is no text in UTF-8") from error
        if not packages:
            raise terminal.ToolError(f"{path} is no lock: it pins nothing")
        for each in packages:
            held.setdefault((each.name, each.version), []).append(_shown(path))
    return held


def verdict(held: Mapping[Pin, object], found: Found) -> int:
    """Return the exit code."""
    if any(found.faults.values()):
        return UNSAFE
    return NOT_ASKED if held.keys() - found.faults.keys() else SAFE


def report(held: Mapping[Pin, Sequence[str]], found: Found) -> Iterator[str]:
    """Yield the lines for a person."""
    for pin in sorted(found.faults):
        for fault in found.faults[pin]:
            yield f"{' '.join(pin)} ({', '.join(held[pin])}): {fault}"
    asked, unsafe = len(found.faults), sum(1 for each in found.faults.values() if each)
    if asked:
        yield f"asked about {asked} of {terminal.counted(len(held), 'pinned package')}; unsafe: {unsafe}"
    if asked < len(held):
        rest = f"{len(held) - asked} of {terminal.counted(len(held), 'pinned package')}"
        yield from found.failures
        yield f"No database of known faults answered from here for {rest}: this is no pass."


def read_report(text: str, asked: Iterable[Pin]) -> Found:
    """Return what pip-audit's JSON says; what it skipped or does not mention was not asked about."""
    try:
        told = {each["name"]: each for each in json.loads(text)["dependencies"]}
    except (ValueError, LookupError, TypeError):  # It ended before it had anything to say.
        return Found({})
    return Found({pin: _faults(told[pin[0]]) for pin in asked if "vulns" in told.get(pin[0], {})})


def rounds(asked: Iterable[Pin]) -> Iterator[list[Pin]]:
    """Yield the pins in groups that hold no package twice: one may be pinned anew for a later Python."""
    rest = list(asked)
    while rest:
        group = dict(reversed(rest))
        yield list(group.items())
        rest = [pin for pin in rest if group[pin[0]] != pin[1]]


def _ask(asked: Sequence[Pin], services: Iterable[Sequence[str]]) -> Found:
    """Ask the first database, and each next one about what is left."""
    faults: dict[Pin, tuple[str, ...]] = {}
    failures: list[str] = []
    for service in services:
        for group in rounds([pin for pin in asked if pin not in faults]):
            with working(f"asking {service[0]} about {terminal.counted(len(group), 'package')}"):
                out, why = _pip_audit(group, service)
            found = read_report(out, group).faults
            faults |= found
            if len(found) < len(group):
                failures.append(f"{service[0]}: {terminal.printable(why or 'it does not know them')}")
    return Found(faults, tuple(dict.fromkeys(failures)))


def _pip_audit(group: Sequence[Pin], service: Sequence[str]) -> tuple[str, str]:
    """Return what pip-audit says of pins, as JSON, and if there is none its last words."""
    options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "pins.txt"
        asked.write_text("".join(f"{name}=={version}\n" for name, version in group))
        options += [
            "--timeout",
            SECONDS_EACH,
            "--requirement",
            str(asked),
            "--vulnerability-service",
            *service,
        ]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, without a shell
                [sys.executable, "-m", "pip_audit", *options],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "", f"no answer in {MOST_SECONDS // 60} minutes"
    last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    return done.stdout.decode(errors="replace"), "" if done.stdout else last


def _faults(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_fault(each) for each in told["vulns"])


def _fault(each: Mapping[str, Any]) -> str:
    repaired = ", ".join(each["fix_versions"]) or "no version yet"
    return terminal.printable(f"{each['id']}, repaired in {repaired}")


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _parser() -> arguments.Parser:
    parser = arguments.Parser(
        description="Ask two public databases whether any pinned package is known to be unsafe. "
        "Exit codes: 0 nothing is known, 1 something is, 2 wrong usage, 3 not all could be asked about.",
        example=EXAMPLE,
    )
    parser.add_argument("locks", nargs="*", type=Path, metavar="LOCK", help="what to ask about (every lock)")
    parser.add_argument("--osv-url", metavar="URL", help="a database of your own that speaks as OSV does")
    return parser


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
