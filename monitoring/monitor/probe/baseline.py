"""The distribution of the training data in a card, with the bins named as the API counts them."""

from typing import Any

from monitor import shapes
from monitor.counted import Bins
from monitor.probe.plain import plain

MOST_FEATURES = 200
MOST_BINS = 60
_LARGEST = 2**53
_OURS = ("missing", "other")


def read_baseline(value: Any) -> Bins:
    """Return counts by feature and bin; what is more than can be judged is left out. Raises WrongShape."""
    features = shapes.an_object(shapes.an_object(value, "baseline").get("features"), "baseline/features")
    named = [(name, each) for name, each in features.items() if name and plain(name) == name][:MOST_FEATURES]
    found = {name: _feature(each, f"baseline/features/{at}") for at, (name, each) in enumerate(named)}
    return {name: bins for name, bins in found.items() if len(bins) <= MOST_BINS and any(bins.values())}


def _feature(value: Any, at: str) -> dict[str, int]:
    said = shapes.an_object(value, at)
    numeric = "edges" in said
    named = shapes.a_list(said.get("edges" if numeric else "values"), at, 100_000)
    labels = [str(n) for n in range(len(named) + 1)] if numeric else [_label(each, at) for each in named]
    counts = [_count(each, at) for each in shapes.a_list(said.get("counts"), at, 100_001)]
    if len(counts) != len(labels) or len(set(labels)) != len(labels):
        raise shapes.WrongShape(at, "one count for each bin")
    bins = dict(zip(labels, counts, strict=True)) | {"missing": _count(said.get("missing"), at)}
    return bins if numeric else bins | {"other": _count(said.get("other"), at)}


def _label(value: Any, at: str) -> str:
    """Return a category's bin: booleans as JSON has them; one that is called like ours stands in quotes."""
    found = shapes.label(value, at)
    label = str(found).lower() if isinstance(found, bool) else str(found)
    return f'"{label}"' if label in _OURS else label


def _count(value: Any, at: str) -> int:
    found = shapes.amount(value, at)
    if found != int(found) or found > _LARGEST:
        raise shapes.WrongShape(at, "a whole number")
    return int(found)
