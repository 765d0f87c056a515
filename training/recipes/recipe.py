"""What a recipe is: a model's data, columns, estimators and words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from training.features import JsonValue, Kind, Task
from training.interval_scale import Scale
from training.metrics import FLOORS


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column as it must be, before any data are seen.

    values: the only ones allowed, in the order that they are shown in; empty where that is not known.
    minimum, maximum: hard limits, inclusive.
    """

    name: str
    kind: Kind
    description: str = ""
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str | int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table's bytes, as CSV, and where they come from."""

    read: Callable[[], bytes]
    source: str
    licence: str
    synthetic: bool
    note: str
    limitations: tuple[str, ...] = ()


# Makes estimators from the input columns and a seed, the simplest first.
Candidates = Callable[[Sequence[Column], int], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A model that can be trained by its name.

    columns: the inputs in the estimator's order; ignored: columns of the table that are not used.
    drop_missing: leave out the rows where a value is missing, instead of refusing the table.
    protected: inputs whose weight is measured by training without them.
    interval: the scale of a regression's 90% interval; inner: the folds that it is taken from, and its
    coverage measured with: fewer where a fit takes long.
    floors: of the main score, below which a person is warned, and below which it is critical.
    version: the only one that this recipe writes; None leaves it to the person or the writer.
    epochs: how often the rows are gone through unless told; None where the model is fitted in one step.
    """

    name: str
    task: Task
    title: str
    description: str
    source: Source
    columns: tuple[Column, ...]
    target: Column
    candidates: Candidates
    example: dict[str, JsonValue]
    limitations: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    drop_missing: bool = False
    protected: tuple[str, ...] = ()
    min_rows: int = 100
    interval: Scale = "absolute"
    inner: int = 10
    floors: tuple[float, float] = FLOORS
    version: str | None = None
    epochs: int | None = None
