"""What goes back over the wire: answers as JSON, with their receipts."""

import json
from collections.abc import Sequence
from typing import Any

from mlapi.predict import Answer
from mlapi.receipts import issue

JSON = "application/json"
_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def encoded(said: Any) -> str:
    """Return JSON without blanks. Raises ValueError for a number that is not finite."""
    return _JSON.encode(said)


def as_text(call_id: str, identity: dict[str, str], answers: Sequence[Answer], *, single: bool) -> str:
    """Return one answer, or many in order, with the model that gave them."""
    said = answers[0] if single else {"predictions": answers}
    return encoded({"id": call_id, **said, "model": identity})


def receipted(
    found: Sequence[Answer], key: tuple[str, str], secrets: Sequence[str], now: float
) -> list[Answer]:
    """Return a model's answers with their receipts, where there is a secret to sign them with."""
    if not secrets:
        return [*found]
    model, version = key
    return [
        answer
        | {"receipt": issue(secrets, model=model, version=version, prediction=answer["prediction"], now=now)}
        for answer in found
    ]
