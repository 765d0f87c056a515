"""The runs of the pipelines that made the served models."""

from collections.abc import Iterable

from monitor.sample import Model, Run


def last(models: Iterable[Model]) -> dict[str, Run]:
    """Return the last run of every pipeline; the default model comes first, then the newest versions."""
    found: dict[str, Run] = {}
    for model in models:
        run = model["failed_run"] or model["run"]
        if run:
            found.setdefault(run["pipeline"], run)
    return found


def succeeded(models: Iterable[Model]) -> dict[str, float]:
    """Return when each pipeline's last run that succeeded ended, in seconds since the epoch."""
    ended: dict[str, float] = {}
    for model in models:
        run = model["run"]
        if run and run["success"]:
            ended[run["pipeline"]] = max(run["finished_at"], ended.get(run["pipeline"], 0.0))
    return ended
