"""How rows are asked of a contender, and its answers read: one Wire per form of JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.contender import Row


@dataclass(frozen=True, kw_only=True)
class Wire:
    """Where a server takes rows and in which form; `body` and `read` as in Contender."""

    path: str
    body: Callable[[Sequence[Row]], bytes]
    read: Callable[[bytes], list[float]]
    alive: str


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _row_or_list(rows: Sequence[Row]) -> bytes:
    return _json(rows[0] if len(rows) == 1 else rows)


def _named(rows: Sequence[Row]) -> bytes:
    return _json({"rows": rows})


def _split(rows: Sequence[Row]) -> bytes:
    columns = list(rows[0])
    data = [[row[column] for column in columns] for row in rows]
    return _json({"dataframe_split": {"columns": columns, "data": data}})


def _answers(body: bytes) -> list[float]:
    found = json.loads(body)
    return [float(answer["prediction"]) for answer in found.get("predictions", [found])]


def _numbers(values: Sequence[float]) -> list[float]:
    return [float(value) for value in values]


def _predictions(body: bytes) -> list[float]:
    return _numbers(json.loads(body)["predictions"])


def _echoed(body: bytes) -> list[float]:
    """Return one number of each row that came back: an echo predicts nothing."""
    found = json.loads(body)
    return _numbers([row["reading_score"] for row in (found if isinstance(found, list) else [found])])


OURS = Wire(path="/api/predict", body=_row_or_list, read=_answers, alive="/livez")
ECHO = Wire(path="/api/predict", body=_row_or_list, read=_echoed, alive="/")
NAIVE = Wire(path="/api/predict", body=_json, read=_predictions, alive="/")
FASTAPI = Wire(path="/predict", body=_json, read=_predictions, alive="/")
# Of the two forms for tables the one that its documentation advises, since it keeps the columns' order.
MLFLOW = Wire(path="/invocations", body=_split, read=_predictions, alive="/ping")
BENTOML = Wire(path="/predict", body=_named, read=lambda body: _numbers(json.loads(body)), alive="/livez")
LITSERVE = Wire(path="/predict", body=_named, read=_predictions, alive="/health")
VETIVER = Wire(
    path="/predict", body=_json, read=lambda body: _numbers(json.loads(body)["predict"]), alive="/ping"
)
