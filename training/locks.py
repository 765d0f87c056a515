"""What locks hold: of every package its version and the hashes of its files, and who asked for it.

A lock is a requirements file. The root's holds everything; a folder's own is cut from it, so no two differ.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NOTE = "# Written by `make lock`, and by `python -m training pack` where it chooses engines. Not by hand.\n"
BLOCK = re.compile(r"^(?=[A-Za-z0-9])", re.MULTILINE)
PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)")
ASKED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(?:===?\s*([^\s;,*]+)(?=\s*(?:;|$)))?")
PARENT = re.compile(r"^ +#(?: via)? +(?!via$)(-r \S+|\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=(\S+)")
SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True)
class Asked:
    """A line of a requirements file: a package, and its version where it is pinned."""

    name: str
    version: str | None
    line: str


@dataclass(frozen=True)
class Locked:
    """A package in a lock: its pin with all hashes, and who needs it: packages, or files as `-r FILE`."""

    name: str
    version: str
    text: str
    parents: frozenset[str]

    @property
    def hashes(self) -> frozenset[str]:
        """Return the hashes of the files that will do."""
        return frozenset(HASH.findall(self.text))


@dataclass(frozen=True)
class Cut:
    """A part of a lock: its text, and the lines that it could not serve."""

    text: str
    missing: tuple[str, ...]


def canonical(name: str) -> str:
    """Return a package's name in the one spelling that all sides compare."""
    return SEPARATORS.sub("-", name).lower()


def read_lock(text: str) -> tuple[Locked, ...]:
    """Return the packages of a lock; of one that has two versions, for two Pythons, both."""
    return tuple(_locked(block, pin) for block in BLOCK.split(text) if (pin := PIN.match(block)))


def read_asked(text: str) -> Iterator[Asked]:
    """Yield the packages that a requirements file asks for by itself; what has no name here is its line."""
    for raw in text.splitlines():
        line = raw.partition(" #")[0].strip()
        if line and line[0] not in "#-":
            found = ASKED.match(line)
            name, version = (found[1], found[2]) if found and "://" not in line else (line, None)
            yield Asked(canonical(name), version, line)


def cut(lock: Iterable[Locked], asked: Iterable[Asked]) -> Cut:
    """Return the part of a lock that serves some requirements with all that these need."""
    every = tuple(lock)
    wanted = tuple(asked)
    missing = tuple(each.line for each in wanted if not holds(every, each))
    names = _closure(every, {each.name for each in wanted if each.line not in missing})
    return Cut(NOTE + "".join(each.text for each in every if each.name in names), missing)


def holds(lock: Iterable[Locked], asked: Asked) -> bool:
    """Return whether a lock has what a line asks for, in its version where it says one."""
    return any(each.name == asked.name and asked.version in (None, each.version) for each in lock)


def _closure(lock: Iterable[Locked], names: set[str]) -> set[str]:
    """Return names and all that they need: a lock says of each package who needs it."""
    found = set(names)
    while more := {each.name for each in lock if each.parents & found} - found:
        found |= more
    return found


def _locked(block: str, pin: re.Match[str]) -> Locked:
    lines = [line.rstrip(" \\") for line in block.splitlines() if line and not line.lstrip().startswith("#")]
    parents = (each if each.startswith("-r ") else canonical(each) for each in PARENT.findall(block))
    return Locked(canonical(pin[1]), pin[2], " \\\n".join(lines) + "\n", frozenset(parents))
