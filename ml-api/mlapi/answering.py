"""A call for predictions, whichever way it came: answered, counted and logged alike."""

from collections.abc import Mapping, Sequence

from mlapi import log, telemetry
from mlapi.columns import Row
from mlapi.engine import EngineFault, NoAnswer
from mlapi.faults import Fault, Faults
from mlapi.models import Model
from mlapi.payload import Payload
from mlapi.predict import Predicted, classes, predict
from mlapi.problems import Refusal
from mlapi.service import broken
from mlapi.telemetry import Tally

MOST_ANSWERED = 4_400_000  # Bytes; the platform takes 4.5 MB, headers included.


def answered(model: Model, payload: Payload) -> tuple[Predicted, Tally]:
    """Return the answers to checked rows, and what they count. Raises Refusal 422 or 503."""
    try:
        predicted = predict(model.plan, model.engine, payload.rows)
    except NoAnswer as error:
        faults = [Fault(payload.base(row), str(error)) for row in error.rows]
        raise Refusal(422, "no-answer", "The model has no finite answer.", Faults.of(*faults)) from error
    except EngineFault as error:  # It was right for the goldens, and is not for as many rows as these.
        raise broken(str(error)) from error
    rows = classes(model.bundle.card, predicted.answers)
    tally = telemetry.predicted(model.key, rows, predicted.seconds) | model.bins(predicted.columns)
    return predicted, tally


def check_size(size: int, instead: str = "") -> None:
    """Raise Refusal 413, which names what else can be done, for an answer that the platform won't take."""
    if size > MOST_ANSWERED:
        detail = f"The answer would have over {MOST_ANSWERED} bytes: send fewer rows{instead}."
        raise Refusal(413, "answer-too-large", detail)


def line(
    call_id: str, model: Mapping[str, str], status: int, rows: Sequence[Row], seconds: float, *, inputs: bool
) -> dict[str, object]:
    """Return a call's line in the prediction log."""
    said: dict[str, object] = {
        "id": call_id,
        "model": model.get("name"),
        "version": model.get("version"),
        "outcome": log.outcome(status),
        "status": status,
        "rows": len(rows),
        "milliseconds": round(seconds * 1000, 3),
    }
    return said | {"inputs": rows} if inputs else said
