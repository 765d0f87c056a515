"""What live traffic says against a model: the rules of the alerts that true outcomes and inputs set off."""

from collections.abc import Iterable, Iterator, Sequence

from monitor.accuracy import Live
from monitor.counted import spelled
from monitor.drift import Row
from monitor.sample import Model

FEWEST_LABELS = 100
"""Below this, live accuracy alarms nobody."""
WORSE = 1.5
"""How many times the card's error a live error may be."""


def accuracy_drop(models: Iterable[Model], live: Sequence[Live]) -> Iterator[tuple[str, str]]:
    """Yield the models whose true outcomes contradict their cards, each with what is wrong."""
    told = {(one.model, one.version): one for one in live if one.labels >= FEWEST_LABELS}
    for model in models:
        key = (model["name"], model["version"])
        said = _worse(told[key], model) if key in told else None
        if said:
            yield spelled(key), f"{said}, from {told[key].labels:,} true outcomes of {spelled(key)}"


def input_drift(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Yield the models of which an input drifted, each with the first that did; the worst must come first."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.drifted:
            found.setdefault(spelled((row.model, row.version)), row)
    for subject, row in found.items():
        moved = f"{row.feature} of {subject} has moved from training in {row.windows} windows running"
        yield subject, f"{moved}: PSI {row.psi:.3g}, threshold {row.threshold:.3g}"


def _worse(live: Live, model: Model) -> str | None:
    error, right = model["scores"].get("rmse"), model["scores"].get("accuracy")
    if live.rmse is not None and error and live.rmse > WORSE * error["value"]:
        return f"live RMSE is {live.rmse:.3g}, more than {WORSE} times the {error['value']:.3g} of its card"
    if live.accuracy is None or live.high is None or right is None:
        return None
    low = right["value"] if right["low"] is None else right["low"]
    said = f"live accuracy is {live.accuracy:.3g}, at most {live.high:.3g}, below the {low:.3g} of its card"
    return said if live.high < low else None
