"""The stages of a run: which there are, how long each took, and what went wrong."""

import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from training.errors import TrainingError

StageName = Literal[
    "data_ingestion",
    "data_validation",
    "data_transformation",
    "model_training",
    "model_evaluation",
    "export",
]
STAGES: tuple[StageName, ...] = get_args(StageName)
Clock = Callable[[], float]


@dataclass(frozen=True)
class Epoch:
    """One pass through the training rows: the mean loss in it, and the accuracy on rows held out from it."""

    number: int
    total: int
    loss: float
    accuracy: float


class Display:
    """Is told what a run is doing; makes nothing of it, which those that show or log it change."""

    def begin(self, stage: str) -> None:
        """Hear that a stage has begun."""

    def progress(self, done: int, total: int) -> None:
        """Hear how far the stage is."""

    def epoch(self, epoch: Epoch) -> None:
        """Hear what one pass through the rows has come to."""

    def end(self, stage: str, seconds: float, success: bool) -> None:
        """Hear that the stage has ended."""


class Together(Display):
    """Tells several displays, in their order."""

    def __init__(self, *displays: Display) -> None:
        self.displays = displays

    def begin(self, stage: str) -> None:
        """Pass it on."""
        for display in self.displays:
            display.begin(stage)

    def progress(self, done: int, total: int) -> None:
        """Pass it on."""
        for display in self.displays:
            display.progress(done, total)

    def epoch(self, epoch: Epoch) -> None:
        """Pass it on."""
        for display in self.displays:
            display.epoch(epoch)

    def end(self, stage: str, seconds: float, success: bool) -> None:
        """Pass it on."""
        for display in self.displays:
            display.end(stage, seconds, success)


@dataclass
class Stage:
    """One stage; `ended` is None while it runs."""

    name: StageName
    begun: float
    ended: float | None = None
    errors: tuple[str, ...] = ()

    def as_json(self, now: float) -> dict[str, Any]:
        """Return the stage as it stands in run.json."""
        seconds = _round((self.ended or now) - self.begun)
        said = {"name": self.name, "success": not self.errors, "seconds": seconds}
        return said | ({"errors": list(self.errors)} if self.errors else {})


@dataclass
class Run:
    """A run of a pipeline; `wall` gives seconds since 1970, `ticks` seconds that never jump."""

    pipeline: str
    display: Display
    wall: Clock
    ticks: Clock
    stages: list[Stage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.started_at = self.wall()
        self.started = self.ticks()

    @contextmanager
    def stage(self, name: StageName) -> Iterator[None]:
        """Time a stage, show it, and keep what an error in it says."""
        stage = Stage(name, self.ticks())
        self.stages.append(stage)
        self.display.begin(name)
        try:
            yield
        except BaseException as error:
            stage.errors = said(error)
            raise
        finally:
            stage.ended = self.ticks()
            self.display.end(name, stage.ended - stage.begun, not stage.errors)

    def record(self, success: bool) -> dict[str, Any]:
        """Return the run so far as it stands in run.json, before it is sealed."""
        now = self.ticks()
        return {
            "pipeline": self.pipeline,
            "started_at": _iso(self.started_at),
            "finished_at": _iso(self.wall()),
            "success": success,
            "seconds": _round(now - self.started),
            "python": platform.python_version(),
            "stages": [stage.as_json(now) for stage in self.stages],
        }


def said(error: BaseException) -> tuple[str, ...]:
    """Return an error's lines; of one not made to be read the type alone, since it may quote the data."""
    return error.lines if isinstance(error, TrainingError) else (f"unexpected {type(error).__name__}",)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _round(seconds: float) -> float:
    return round(seconds, 3)
