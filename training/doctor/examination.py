"""Looks at a deployment folder from every side and gathers all faults, so that one run names them all."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tools.progress import working
from training.doctor.advice import Found
from training.doctor.bundles import read_bundles
from training.doctor.files import Files, entry_point, link_faults, read_files
from training.doctor.folder import read_python, setting_notes
from training.doctor.interpreter import Interpreter, find_python, here
from training.doctor.platform import PYTHONS, RUNTIME
from training.doctor.requirements import Asked, read_asked
from training.doctor.resolve import Order, Unreachable, find_uv, resolved
from training.doctor.source import Source, read_source
from training.doctor.start import NotStarted, Start, measure, summed
from training.doctor.weights import Weights, weigh_here, weigh_resolved
from training.errors import TrainingError

T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    """What to look at and how; runs: how often the app is started, 0 for never."""

    folder: Path
    runs: int
    env: Mapping[str, str]
    fresh: bool
    cache: Path


@dataclass
class Examination:
    """What was found; weights, files and start are None where a fault was in the way."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    python: str = PYTHONS[0]
    files: Files | None = None
    weights: Weights | None = None
    source: Source = field(default_factory=Source)
    start: Start | None = None
    interpreter: Interpreter = field(default_factory=here)
    site: Path | None = None
    found: Found | None = None

    @property
    def bytes(self) -> float | None:
        """Return the function's size; None where it is not known."""
        if self.files is None or self.weights is None:
            return None
        return self.files.bytes + self.weights.bytes + RUNTIME

    def attempt(self, step: Callable[[], T]) -> T | None:
        """Return what a step returns; note its faults and return None where it fails."""
        try:
            return step()
        except TrainingError as error:
            self.faults += error.lines
            return None


def examine(options: Options, now: float) -> Examination:
    """Return all that can be found out; TrainingError where the folder is no deployment at all."""
    folder, made = options.folder, Examination()
    asked = made.attempt(lambda: read_asked(folder))
    entry = entry_point(folder)
    if entry is None:
        made.faults.append("there is no api/index.py, and no other file where the platform looks for `app`")
    if asked is None and entry is None:
        raise TrainingError(*made.faults)  # It may be anything, a home or a disk: leave it unread.
    made.python = made.attempt(lambda: read_python(folder)) or made.python
    made.notes += made.attempt(lambda: list(setting_notes(folder))) or ()
    bundles = read_bundles(folder)
    made.faults += bundles.faults
    _read_files(made, folder)
    if asked is not None:
        made.attempt(lambda: _weigh(made, options, asked, now))
    if made.weights and made.files:
        if entry and options.runs:
            made.attempt(lambda: _start(made, options, entry))
        made.found = Found(folder, made.weights, bundles, made.source, made.start)
    return made


def _read_files(made: Examination, folder: Path) -> None:
    made.files = made.attempt(lambda: read_files(folder))
    if made.files:
        made.faults += link_faults(folder, made.files.links)
        made.source = read_source(folder, made.files.sizes)
        made.faults += made.source.faults


def _weigh(made: Examination, options: Options, asked: Asked, now: float) -> None:
    try:
        made.site = resolved(
            Order(options.folder, asked, made.python, options.fresh, options.cache), find_uv(), now
        )
        made.weights = weigh_resolved(made.site, asked, made.python)
    except Unreachable as error:
        weights = weigh_here(asked, made.python, sys.path)
        if missing := weights.missing():
            raise TrainingError(
                f"{asked.file} can't be resolved: {error}", f"and not installed here: {', '.join(missing)}"
            ) from error
        made.weights = weights
        made.notes.append(f"{asked.file} can't be resolved: {error}")


def _start(made: Examination, options: Options, entry: str) -> None:
    assert made.files is not None
    assert made.weights is not None
    if made.site:
        made.interpreter = find_python(made.python, made.site)
    try:
        with working(f"starting {entry} {options.runs} times"):
            measured = measure(options.folder, made.files, entry, made.interpreter, options.env, options.runs)
        made.start = summed(measured, made.weights.installed, made.files.sizes)
    except NotStarted as error:
        if error.is_of_the_code and made.interpreter.site:
            made.faults.append(f"{entry} does not start: {error}")
        else:
            made.notes.append(f"no import times: {entry} did not start here ({error}); see --env")
