"""Readers made of smaller readers."""

from collections.abc import Callable
from typing import Any, TypeVar

from monitor import shapes
from monitor.probe.plain import plain

T = TypeVar("T")


def within(value: Any, at: str) -> Callable[[str, Callable[[Any, str], Any]], Any]:
    """Return a function that reads an object's entries by name."""
    found = shapes.an_object(value, at)
    return lambda name, read: read(found.get(name), f"{at}/{name}")


def part(name: str, read: Callable[[Any, str], T]) -> Callable[[Any, str], T]:
    """Return a reader of one entry of an object."""
    return lambda value, at: read(shapes.an_object(value, at).get(name), f"{at}/{name}")


def nullable(read: Callable[[Any, str], T]) -> Callable[[Any, str], T | None]:
    """Return a reader that also takes null."""
    return lambda value, at: shapes.nullable(read, value, at)


def shown(most: int) -> Callable[[Any, str], str]:
    """Return a reader of texts that are shown to people: on one line, and cut."""
    return lambda value, at: plain(shapes.text(value, at), most)
