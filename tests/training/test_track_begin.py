"""A run begins in its model's experiment, also where two trainings make that at the same time."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from training.errors import TrainingError
from training.pipeline import Order
from training.recipes.math_score import MATH_SCORE
from training.track import settings
from training.track.session import tracked
from training.track.store import Store

URI = "http://127.0.0.1:5002"


class Server:
    """Stands for a server that knows no experiment at first, and then refuses to make one."""

    def __init__(self, then: str | None) -> None:
        self.looks = iter([None, None if then is None else SimpleNamespace(experiment_id=then)])
        self.begun: list[str] = []
        self.params: dict[str, str] = {}

    def get_experiment_by_name(self, name: str) -> Any:
        """Return what is known at this look."""
        return next(self.looks)

    def create_experiment(self, name: str, artifact_location: str | None) -> str:
        """Refuse with MLflow's own error."""
        from mlflow.exceptions import MlflowException

        raise MlflowException(f"no experiment {name}")

    def create_run(self, experiment: str, start: int, tags: dict[str, str], name: str) -> Any:
        """Note where the run begins."""
        self.begun.append(experiment)
        return SimpleNamespace(info=SimpleNamespace(run_id="run"))

    def log_param(self, run_id: str, key: str, value: str) -> None:
        """Note a parameter."""
        self.params[key] = value


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Set what MLflow reads before it is imported."""
    settings.prepare()


def begin(server: Server, folder: Path) -> int:
    """Begin a run and end it; return how many listen."""
    order = Order(recipe=MATH_SCORE, source=MATH_SCORE.source, root=folder, version=None, seed=7)
    with tracked(Store(server, URI, None, None), order, lambda: 0.0) as runs:
        return len(runs)


def test_an_experiment_that_another_training_made_meanwhile_is_shared(tmp_path: Path) -> None:
    """The server refuses a second one of that name, and the run begins in the first."""
    server = Server(then="12")
    assert begin(server, tmp_path) == 1
    assert server.begun == ["12"]
    assert server.params.items() >= {"model": "math-score", "seed": "7"}.items()


def test_a_server_that_refuses_the_experiment_is_told(tmp_path: Path) -> None:
    """In its words, before anything is trained; no run is begun."""
    server = Server(then=None)
    with pytest.raises(TrainingError) as caught:
        begin(server, tmp_path)
    assert caught.value.lines == (f"--track {URI}: no experiment math-score",)
    assert server.begun == []
