"""Shows a run's stages on a terminal, or as plain lines where there is none."""

import sys
from contextlib import AbstractContextManager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

WIDTH = 20


class Plain(AbstractContextManager["Plain"]):
    """One line per finished stage."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def begin(self, stage: str) -> None:
        """Say nothing yet."""

    def progress(self, done: int, total: int) -> None:
        """Say nothing: a log wants no moving bar."""

    def end(self, stage: str, seconds: float, success: bool) -> None:
        """Write the stage's line."""
        print(f"{_mark(success):6} {stage:{WIDTH}} {seconds:6.2f} s", file=self.stream, flush=True)

    def __exit__(self, *_: object) -> None:
        """Leave nothing open."""


class Live(AbstractContextManager["Live"]):
    """A spinner for the running stage with a bar for its folds, and a line per finished one."""

    def __init__(self, console: Console) -> None:
        self.console = console
        columns = (
            SpinnerColumn(),
            TextColumn(f"{{task.description:{WIDTH}}}"),
            BarColumn(),
            TimeElapsedColumn(),
        )
        self.bars = Progress(*columns, console=console, transient=True)
        self.task: TaskID | None = None

    def begin(self, stage: str) -> None:
        """Start the stage's spinner."""
        self.bars.start()
        self.task = self.bars.add_task(stage, total=None)

    def progress(self, done: int, total: int) -> None:
        """Move the stage's bar."""
        if self.task is not None:
            self.bars.update(self.task, completed=done, total=total)

    def end(self, stage: str, seconds: float, success: bool) -> None:
        """Replace the spinner by the stage's line."""
        if self.task is not None:
            self.bars.remove_task(self.task)
        colour = "green" if success else "red"
        self.bars.console.print(
            f"[{colour}]{_mark(success):6}[/] {stage:{WIDTH}} {seconds:6.2f} s", highlight=False
        )

    def __exit__(self, *_: object) -> None:
        """Give the terminal back, whatever happened."""
        self.bars.stop()


def open_display() -> Plain | Live:
    """Return the display that suits stderr."""
    return Live(Console(stderr=True)) if sys.stderr.isatty() else Plain(sys.stderr)


def _mark(success: bool) -> str:
    return "done" if success else "failed"
