"""What one check found: fit, or what is wrong and what to do next."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "fault", "not checked"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, what is the case, and what to do about it; it never holds a variable's value."""

    level: Level
    about: str
    says: str
    do: str = ""


def ok(about: str, says: str) -> Finding:
    """Return that something is as it must be."""
    return Finding("ok", about, says)


def warning(about: str, says: str, do: str = "") -> Finding:
    """Return what may be meant so, and is not what most want."""
    return Finding("warning", about, says, do)


def fault(about: str, says: str, do: str = "") -> Finding:
    """Return what would fail once deployed."""
    return Finding("fault", about, says, do)


def unchecked(about: str, says: str, do: str = "") -> Finding:
    """Return what could not be found out here, and why."""
    return Finding("not checked", about, says, do)
