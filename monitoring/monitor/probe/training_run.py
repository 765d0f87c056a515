"""What run.json says of a training run."""

from datetime import datetime
from typing import Any

from monitor import shapes
from monitor.probe.fields import shown, within
from monitor.sample import Run, Stage

_MOST_STAGES = 20
_MOST_ERRORS = 10
_MOST_LISTED = 100_000


def read_run(value: Any, at: str) -> Run:
    """Return a run. Raises WrongShape."""
    get = within(value, at)
    return {
        "pipeline": get("pipeline", shown(100)),
        "success": get("success", shapes.flag),
        "seconds": get("seconds", shapes.amount),
        "finished_at": get("finished_at", _moment),
        "stages": get("stages", _stages),
    }


def _stages(value: Any, at: str) -> list[Stage]:
    stages = shapes.a_list(value, at, _MOST_STAGES)
    return [_stage(stage, f"{at}/{n}") for n, stage in enumerate(stages)]


def _stage(value: Any, at: str) -> Stage:
    get = within(value, at)
    return {
        "name": get("name", shown(60)),
        "success": get("success", shapes.flag),
        "seconds": get("seconds", shapes.amount),
        "errors": get("errors", _errors),
    }


def _errors(value: Any, at: str) -> list[str]:
    errors = [] if value is None else shapes.a_list(value, at, _MOST_LISTED)
    return [shown(300)(error, at) for error in errors[:_MOST_ERRORS]]


def _moment(value: Any, at: str) -> float:
    try:
        moment = datetime.fromisoformat(shapes.text(value, at))
        if moment.tzinfo is not None:
            return moment.timestamp()
    except (ValueError, OverflowError):
        pass
    raise shapes.WrongShape(at, "a time with its zone")
