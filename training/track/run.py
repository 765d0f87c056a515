"""One training as a run in MLflow: what is sent, and when."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.pipeline import Trained
from training.stages import Display, Epoch, said
from training.track import model, params
from training.track.registry import register
from training.track.store import Store

EVERY = 1.0  # seconds between two looks that a person can have at a running training
MOST = 1000  # metrics, in one of MLflow's batches
MODEL = "model"
Clock = Callable[[], float]


class TrackedRun(Display):
    """Sends what it hears; a store that stops answering never stops the training, and is tried at the end."""

    def __init__(self, store: Store, run: Any, wall: Clock) -> None:
        self.store = store
        self.run = run
        self.wall = wall
        self.waiting: list[tuple[str, float, int, float]] = []
        self.sent_at = wall()
        self.lost: str | None = None

    def epoch(self, epoch: Epoch) -> None:
        """Log the epoch's loss and accuracy under its number."""
        self._log({"training_loss": epoch.loss, "validation_accuracy": epoch.accuracy}, epoch.number)
        if self.lost is None and self.wall() - self.sent_at >= EVERY:
            self.lost = self._try(self._send)

    def end(self, stage: str, seconds: float, success: bool) -> None:
        """Log how long the stage took, and whether it succeeded."""
        self._log({f"stage/{stage}/seconds": seconds, f"stage/{stage}/success": float(success)})
        if self.lost is None:
            self.lost = self._try(self._send)

    def finish(self, trained: Trained) -> None:
        """Log the scores and the bundle, end the run, register the model, and tell a person."""
        lost = self._try(lambda: self._complete(trained))
        if lost:
            _say(f"warning: --track {self.store.uri}: this run is not whole there ({lost});")
            _say("         the bundle itself is written")

    def fail(self, error: BaseException) -> None:
        """End the run as failed, or as killed by Ctrl-C, with what the error says."""
        status = "KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED"
        lost = self._try(lambda: self._close(status, "\n".join(said(error))))
        if lost:
            _say(f"warning: --track {self.store.uri}: the failure could not be logged ({lost})")

    def _complete(self, trained: Trained) -> None:
        client, run_id = self.store.client, self.run.info.run_id
        self._log(params.scores(trained.card))
        self._send()
        self._describe(params.of_trained(trained), params.tags(trained))
        client.log_artifacts(run_id, str(trained.written.path), "bundle")
        with tempfile.TemporaryDirectory() as folder:
            saved = Path(folder) / MODEL
            model.save(trained.estimator, trained.card, saved)
            client.log_artifacts(run_id, str(saved), MODEL)
        client.set_terminated(run_id, "FINISHED")
        print(f"tracked     run {self.run.info.run_name} in {self.store.uri}")
        print(f"registered  {register(self.store, self.run, trained.card, MODEL)}")

    def _describe(self, about: dict[str, str], tags: dict[str, str]) -> None:
        from mlflow.entities import Param, RunTag

        self.store.client.log_batch(
            self.run.info.run_id,
            params=[Param(name, value) for name, value in about.items()],
            tags=[RunTag(name, value) for name, value in tags.items()],
        )

    def _close(self, status: str, why: str) -> None:
        run_id = self.run.info.run_id
        self.store.client.set_tag(run_id, "error", why)
        self._send()
        self.store.client.set_terminated(run_id, status)

    def _log(self, values: dict[str, float], step: int = 0) -> None:
        self.waiting += [(name, value, step, self.wall()) for name, value in values.items()]

    def _send(self) -> None:
        from mlflow.entities import Metric

        while self.waiting:
            batch = [
                Metric(name, value, int(at * 1000), step) for name, value, step, at in self.waiting[:MOST]
            ]
            self.store.client.log_batch(self.run.info.run_id, metrics=batch)
            del self.waiting[:MOST]
        self.sent_at = self.wall()

    def _try(self, send: Callable[[], None]) -> str | None:
        """Return why something could not be sent, or None."""
        try:
            send()
        except Exception as error:  # what MLflow and its stores raise shares no other base
            return self.store.why(error)
        return None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
