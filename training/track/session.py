"""Begins a training's run in MLflow, and ends it whatever becomes of the training."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from training.errors import TrainingError
from training.pipeline import Order
from training.track import params
from training.track.run import Clock, TrackedRun
from training.track.store import Store

ARTIFACTS = "mlartifacts"


@contextmanager
def tracked(store: Store | None, order: Order, wall: Clock) -> Iterator[tuple[TrackedRun, ...]]:
    """Give the training's run, or none where nothing is tracked; an error ends it as failed.

    Raises TrainingError before anything is trained where the run can't be begun.
    """
    if store is None:
        yield ()
        return
    run = TrackedRun(store, _begun(store, order, wall), wall)
    try:
        yield (run,)
    except BaseException as error:
        run.fail(error)
        raise


def _begun(store: Store, order: Order, wall: Clock) -> Any:
    name, now = order.recipe.name, wall()
    started = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    tags = {"mlflow.source.name": f"python -m training {name}", "mlflow.source.type": "LOCAL"}
    try:
        experiment = _experiment(store, name)
        run = store.client.create_run(experiment, int(now * 1000), tags, f"{name} {started}")
        for key, value in params.of_order(order).items():
            store.client.log_param(run.info.run_id, key, value)
    except Exception as error:  # what MLflow and its stores raise shares no other base
        raise TrainingError(f"--track {store.uri}: {store.why(error)}") from error
    return run


def _experiment(store: Store, name: str) -> str:
    """Return the id of the model's experiment, made where there is none; its files lie beside SQLite's."""
    from mlflow.exceptions import MlflowException

    known = store.client.get_experiment_by_name(name)
    if known:
        return str(known.experiment_id)
    place = None if store.folder is None else (store.folder / ARTIFACTS / name).as_uri()
    try:
        return str(store.client.create_experiment(name, artifact_location=place))
    except MlflowException:
        known = store.client.get_experiment_by_name(name)
        if known is None:
            raise
        return str(known.experiment_id)  # another training made it just now
