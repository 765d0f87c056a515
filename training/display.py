"""Shows a run's stages on a terminal, or as plain lines where there is none."""

import sys
from contextlib import AbstractContextManager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from tools.progress import console, is_live
from training.stages import Display, Epoch

WIDTH = 20
LINES = 10  # of epochs, in a log


class Plain(Display, AbstractContextManager["Plain"]):
    """One line per finished stage, and a few for its epochs: a log wants no moving bar."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def epoch(self, epoch: Epoch) -> None:
        """Write about ten lines in all, the last epoch's among them."""
        if epoch.number % -(-epoch.total // LINES) == 0 or epoch.number == epoch.total:
            print(f"       {said(epoch)}", file=self.stream, flush=True)

    def end(self, stage: str, seconds: float, success: bool) -> None:
        """Write the stage's line."""
        print(f"{_mark(success):6} {stage:{WIDTH}} {seconds:6.2f} s", file=self.stream, flush=True)

    def __exit__(self, *_: object) -> None:
        """Leave nothing open."""


class Live(Display, AbstractContextManager["Live"]):
    """A spinner for the running stage with a bar for its folds or epochs, and a line per finished one."""

    def __init__(self, console: Console) -> None:
        self.console = console
        columns = (
            SpinnerColumn(),
            TextColumn(f"{{task.description:{WIDTH}}}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        self.bars = Progress(*columns, console=console, transient=True)
        self.task: TaskID | None = None
        self.last: Epoch | None = None

    def begin(self, stage: str) -> None:
        """Start the stage's spinner."""
        self.bars.start()
        self.task, self.last = self.bars.add_task(stage, total=None, note=""), None

    def progress(self, done: int, total: int) -> None:
        """Move the stage's bar."""
        if self.task is not None:
            self.bars.update(self.task, completed=done, total=total)

    def epoch(self, epoch: Epoch) -> None:
        """Move the stage's bar, and say what the epoch came to."""
        self.last = epoch
        if self.task is not None:
            # Short: on 80 columns the bar needs the rest.
            note = f"{epoch.number}/{epoch.total}  loss {epoch.loss:.4f}  accuracy {epoch.accuracy:.3f}"
            self.bars.update(self.task, completed=epoch.number, total=epoch.total, note=note)

    def end(self, stage: str, seconds: float, success: bool) -> None:
        """Replace the spinner by the stage's line, and by its last epoch's."""
        if self.task is not None:
            self.bars.remove_task(self.task)
        colour = "green" if success else "red"
        self.bars.console.print(
            f"[{colour}]{_mark(success):6}[/] {stage:{WIDTH}} {seconds:6.2f} s", highlight=False
        )
        if self.last:
            self.bars.console.print(f"       {said(self.last)}", highlight=False)

    def __exit__(self, *_: object) -> None:
        """Give the terminal back, whatever happened."""
        self.bars.stop()


def open_display() -> Plain | Live:
    """Return the display that suits stderr."""
    return Live(console(sys.stderr)) if is_live(sys.stderr) else Plain(sys.stderr)


def said(epoch: Epoch) -> str:
    """Return an epoch in words."""
    return (
        f"epoch {epoch.number} of {epoch.total}: loss {epoch.loss:.4f}, "
        f"validation accuracy {epoch.accuracy:.3f}"
    )


def _mark(success: bool) -> str:
    return "done" if success else "failed"
