"""How far a tool is: a bar on a terminal, else a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn
from rich.text import Text

from tools.settings import wants_plain_from_process

EVERY = 10.0
"""Seconds between two plain lines."""


class Plain(AbstractContextManager["Plain"]):
    """A line every few seconds, so that a log stays short."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock
        self._last = clock()

    def show(self, done: float, text: str) -> None:
        """Write how far it is, unless that was written just before."""
        if self._clock() - self._last >= EVERY:
            self.say(text)
            self._last = self._clock()

    def say(self, text: str) -> None:
        """Write a line."""
        print(text, file=self._stream, flush=True)

    def __exit__(self, *_: object) -> None:
        """Leave nothing open."""


class _Words(ProgressColumn):
    """What is said beside a bar, cut where the terminal is narrow: so the share of what is done stays."""

    def render(self, task: Task) -> Text:
        """Return one line."""
        return Text(task.description, no_wrap=True, overflow="ellipsis")


class Live(AbstractContextManager["Live"]):
    """A bar that is gone at the end; a total of None has no end."""

    def __init__(self, console: Console, total: float | None) -> None:
        self._bars = Progress(BarColumn(), TaskProgressColumn(), _Words(), console=console, transient=True)
        self._task = self._bars.add_task("", total=total)
        self._bars.start()

    def show(self, done: float, text: str) -> None:
        """Move the bar."""
        self._bars.update(self._task, completed=done, description=text)

    def say(self, text: str) -> None:
        """Write a line above the bar."""
        self._bars.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def __exit__(self, *_: object) -> None:
        """Give the terminal back, whatever happened."""
        self._bars.stop()


def is_live(stream: TextIO) -> bool:
    """Tell whether lines may move and have colours there: on a terminal whose person wants them."""
    return stream.isatty() and not wants_plain_from_process()


def console(stream: TextIO) -> Console:
    """Return rich's way to a stream; without any escape code unless it is live."""
    live = is_live(stream)
    return Console(file=stream, force_terminal=live, color_system="auto" if live else None)


def open_progress(total: float | None) -> Plain | Live:
    """Return what suits stdout."""
    if is_live(sys.stdout):
        return Live(console(sys.stdout), total)
    return Plain(sys.stdout, time.monotonic)


@contextmanager
def working(on: str) -> Iterator[None]:
    """Say on stderr what takes a while: a line that moves on a terminal, one plain line elsewhere."""
    if is_live(sys.stderr):
        with console(sys.stderr).status(Text(f"{on} ...")):
            yield
    else:
        print(f"{on} ...", file=sys.stderr, flush=True)
        yield
