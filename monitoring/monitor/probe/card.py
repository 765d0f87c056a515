"""What /api/model-info says of a model: its card and the run that made it."""

from dataclasses import dataclass, field
from typing import Any, Literal, cast

from monitor import pins, shapes
from monitor.counted import Bins
from monitor.pins import Pin
from monitor.probe.baseline import read_baseline
from monitor.probe.fields import nullable, part, shown, within
from monitor.probe.listing import Key
from monitor.probe.plain import plain
from monitor.probe.training_run import read_run
from monitor.sample import Data, Floors, Model, Score

MOST_GOLDENS = 50
_MOST_FEATURES = 200
_MOST_LISTED = 100_000
_MOST_SCORES = 20
_LONGEST_PIN = 100_000


@dataclass(frozen=True)
class Card:
    """A model as its card describes it, with the answers it expects and its baseline, where it has them."""

    model: Model
    pin: Pin | None
    baseline: Bins = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Return the model's name and version."""
        return self.model["name"], self.model["version"]


def read_card(value: Any) -> Card:
    """Return a card. Raises WrongShape."""
    said = shapes.an_object(value, "")
    bundle = shapes.an_object(said.get("bundle"), "bundle")
    sha256 = shapes.sha256(said.get("sha256"), "sha256")
    model = _described(bundle) | {
        "sha256": sha256,
        "default": False,
        "run": shapes.nullable(read_run, said.get("run"), "run"),
        "failed_run": shapes.nullable(read_run, said.get("failed_run"), "failed_run"),
    }
    return Card(cast(Model, model), _pin(bundle | {"sha256": sha256}), _baseline(bundle.get("baseline")))


def _described(bundle: dict[str, Any]) -> dict[str, Any]:
    get = within(bundle, "bundle")
    return {
        "name": get("name", shapes.name),
        "version": get("version", shapes.version),
        "title": get("title", shown(200)),
        "task": get("task", _task),
        "engine": get("engine", part("name", shown(40))),
        "target": get("output", part("name", shown(200))),
        "unit": get("output", part("unit", nullable(shown(40)))),
        "features": get("features", _features),
        "scores": get("scores", _scores),
        "scoring": get("scoring", part("method", shown(300))),
        "floors": get("floors", _floors),
        "data": get("data", _data),
    }


def _pin(bundle: dict[str, Any]) -> Pin | None:
    try:
        pin = pins.read(bundle, "bundle", MOST_GOLDENS)
    except shapes.WrongShape:
        return None  # A model without goldens is served as well; it can only not be checked.
    return pin if len(pins.spelled(pin)) <= _LONGEST_PIN else None


def _baseline(value: Any) -> Bins:
    try:
        return read_baseline(value)
    except shapes.WrongShape:
        return {}  # Its inputs can only not be judged.


def _features(value: Any, at: str) -> list[str]:
    features = shapes.a_list(value, at, _MOST_LISTED)[:_MOST_FEATURES]
    return [part("name", shown(100))(feature, f"{at}/{n}") for n, feature in enumerate(features)]


def _scores(value: Any, at: str) -> dict[str, Score]:
    scores = list(shapes.an_object(value, at).items())[:_MOST_SCORES]
    return {plain(name, 60): _score(score, f"{at}/{n}") for n, (name, score) in enumerate(scores)}


def _score(value: Any, at: str) -> Score:
    get = within(value, at)
    maybe = nullable(shapes.number)
    return {
        "value": get("value", shapes.number),
        "low": get("low", maybe),
        "high": get("high", maybe),
        "dummy": get("dummy", maybe),
    }


def _floors(value: Any, at: str) -> Floors:
    get = within(value, at)
    return {
        "score": get("score", shown(60)),
        "warning": get("warning", shapes.number),
        "critical": get("critical", shapes.number),
    }


def _data(value: Any, at: str) -> Data:
    get = within(value, at)
    return {
        "source": get("source", shown(300)),
        "licence": get("licence", shown(200)),
        "rows": int(get("rows", shapes.amount)),
        "synthetic": get("synthetic", shapes.flag),
        "note": get("note", shown(1_000)),
    }


def _task(value: Any, at: str) -> Literal["regression", "classification"]:
    found = shapes.one_of(value, at, ("regression", "classification"))
    return cast(Literal["regression", "classification"], found)
