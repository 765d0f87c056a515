"""The training runs: each stage with its time, and why one failed."""

from collections.abc import Mapping
from typing import Any

from monitor.page.numerals import seconds
from monitor.page.times import moment
from monitor.page.words import cut, name_for_people

Run = Mapping[str, Any]


def runs(models: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the runs of the served models, and those that failed since; failed ones first."""
    found = {
        _identity(run): (run, each) for each in models for run in (each["failed_run"], each["run"]) if run
    }
    shown = [_run(run, each) for run, each in found.values()]
    return sorted(shown, key=lambda each: each["success"])


def _identity(run: Run) -> tuple[str, str]:
    return (run["pipeline"], run["finished_at"])


def _run(run: Run, model: Mapping[str, Any]) -> dict[str, Any]:
    longest = max((stage["seconds"] for stage in run["stages"]), default=0) or 1
    return {
        "pipeline": run["pipeline"],
        "version": model["version"],
        "success": run["success"],
        "seconds": seconds(run["seconds"]),
        "finished": moment(run["finished_at"]),
        "stages": [_stage(stage, longest) for stage in run["stages"]],
    }


def _stage(stage: Mapping[str, Any], longest: float) -> dict[str, Any]:
    return {
        "name": name_for_people(stage["name"]),
        "success": stage["success"],
        "seconds": seconds(stage["seconds"]),
        "share": round(max(0.6, 100 * stage["seconds"] / longest), 2),
        "errors": [cut(error, 300) for error in stage["errors"]],
    }
