"""Warnings: values unlike those of training, whose answers are worth less."""

from collections.abc import Callable, Iterator, Sequence

from mlapi.columns import Feature, Row

Unusual = dict[str, str]
Watch = Callable[[Row], list[Unusual]]
"""From a row to what is unusual about it."""


def watch(features: Sequence[Feature]) -> Watch:
    """Return what watches the rows of one model; its ranges and texts are made once."""
    ranges = [_range(feature) for feature in features if feature["kind"] in ("number", "integer")]
    known = [(feature["name"], frozenset(feature["values"])) for feature in features if feature.get("open")]

    def unusual(row: Row) -> list[Unusual]:
        return [*_beyond(ranges, row), *_unseen(known, row)]

    return unusual


def _range(feature: Feature) -> tuple[str, float, float, str]:
    unit = f" {feature['unit']}" if feature["unit"] else ""
    said = f"the training range, {feature['low']:.15g} to {feature['high']:.15g}{unit}"
    return feature["name"], feature["low"], feature["high"], said


def _beyond(ranges: Sequence[tuple[str, float, float, str]], row: Row) -> Iterator[Unusual]:
    for name, low, high, said in ranges:
        value = row.get(name)
        if value is not None and not low <= value <= high:
            yield {"feature": name, "detail": f"{'below' if value < low else 'above'} {said}"}


def _unseen(known: Sequence[tuple[str, frozenset[str]]], row: Row) -> Iterator[Unusual]:
    for name, values in known:
        if row.get(name) is not None and row[name] not in values:
            yield {"feature": name, "detail": "a category that was not seen in training"}
