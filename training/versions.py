"""What versions are: numbers with dots, sorted by number."""

import re
from collections.abc import Iterable

PATTERN = re.compile(r"(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){0,3}", re.ASCII)


def order(version: str) -> tuple[int, ...]:
    """Return what versions are sorted by."""
    return tuple(int(part) for part in version.split("."))


def newest(versions: Iterable[str]) -> str | None:
    """Return the highest version, or None where there is none."""
    return max(versions, key=order, default=None)


def following(version: str | None) -> str:
    """Return the next whole version."""
    return "1" if version is None else str(order(version)[0] + 1)
