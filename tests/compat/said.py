"""Holds what a command or an address said against what its row promises."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from tests.compat.row import Answer, Done, Json, Metrics, Text
from tests.compat.shape import faults as shape_faults

_FAMILY = re.compile(r"(?P<name>\w+)(\{(?P<labels>[^}]+)\})? (?P<kind>\w+)")


@dataclass(frozen=True)
class Said:
    """What a command wrote; status and media type where it asked an address."""

    code: int
    output: str
    status: int = 0
    media: str = ""


def faults(answer: Answer, said: Said) -> list[str]:
    """Return what is not as promised."""
    if said.code:
        return [f"exit code {said.code}: {said.output}"]
    if isinstance(answer, Done):
        return [f"no {word!r} in {said.output}" for word in answer.words if word not in said.output]
    return _answer_faults(answer, said)


def _answer_faults(answer: Json | Metrics | Text, said: Said) -> list[str]:
    status = answer.status if isinstance(answer, Json) else 200
    media = "text/plain" if isinstance(answer, Metrics) else answer.media
    if (said.status, said.media) != (status, media):
        return [f"{said.status} {said.media}, not {status} {media}: {said.output[:500]}"]
    if isinstance(answer, Metrics):
        return list(_metric_faults(answer.families, said.output))
    if isinstance(answer, Json):
        return shape_faults(answer.shape, json.loads(said.output))
    return [f"no {word!r} in it" for word in answer.words if word not in said.output]


def _metric_faults(families: tuple[str, ...], text: str) -> Iterator[str]:
    known = {}
    for metric in text_string_to_metric_families(text):
        name = f"{metric.name}_total" if metric.type == "counter" else metric.name
        known[name] = metric
    for family in families:
        told = _FAMILY.fullmatch(family)
        assert told, family
        metric = known.get(told["name"])
        if metric is None or metric.type != told["kind"]:
            yield f"{family} is {metric.type if metric else 'not there'}"
            continue
        wanted = dict(label.partition("=")[::2] for label in (told["labels"] or "").split(", ") if label)
        for sample in metric.samples:
            labels = {name: value for name, value in sample.labels.items() if name != "le"}
            if labels.keys() != wanted.keys() or any(
                value and labels[name] != json.loads(value) for name, value in wanted.items()
            ):
                yield f"{family} has the labels {labels}"
        if not metric.samples:
            yield f"{family} has no values"
