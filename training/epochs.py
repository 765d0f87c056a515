"""A classifier that is trained epoch by epoch, so that the training can be watched."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import Pipeline

from training.errors import TrainingError
from training.stages import Epoch

Array = npt.NDArray[Any]
Watch = Callable[[Epoch], None]
HELD_OUT = 0.2


class EpochClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn ships no types
    """A classifier with `partial_fit` behind an encoder; a part of the rows is held out to watch it.

    Cross-validation clones this very procedure. What is served is `pipeline_`, plain scikit-learn.
    """

    def __init__(self, encoder: Any, classifier: Any, epochs: int, random_state: int | None = None) -> None:
        self.encoder = encoder
        self.classifier = classifier
        self.epochs = epochs
        self.random_state = random_state

    def fit(self, inputs: Array, target: Array, watch: Watch | None = None) -> "EpochClassifier":
        """Train on the rows that are not held out; after each epoch tell `watch`, if there is one.

        inputs: [rows, features]; target: [rows]. Raises TrainingError where a class has one row.
        """
        learned, held = self._split(inputs, target)
        encoder, classifier = clone(self.encoder), clone(self.classifier)
        rows, answers = encoder.fit_transform(inputs[learned]), target[learned]
        self.classes_ = np.unique(target)
        shuffle = np.random.default_rng(self.random_state)
        for number in range(1, self.epochs + 1):
            order = shuffle.permutation(len(rows))
            _pass_through(classifier, rows[order], answers[order], self.classes_)
            if watch:
                accuracy = classifier.score(encoder.transform(inputs[held]), target[held])
                watch(Epoch(number, self.epochs, float(classifier.loss_), float(accuracy)))
        self.pipeline_ = Pipeline([("encoder", encoder), ("classifier", classifier)])
        return self

    def predict(self, inputs: Array) -> Array:
        """Return the class of each row."""
        return np.asarray(self.pipeline_.predict(inputs))

    def predict_proba(self, inputs: Array) -> Array:
        """Return [rows, classes]."""
        return np.asarray(self.pipeline_.predict_proba(inputs))

    def _split(self, inputs: Array, target: Array) -> tuple[Array, Array]:
        """Return (positions to learn from, positions held out)."""
        if np.unique(target, return_counts=True)[1].min() < 2:
            raise TrainingError("each class needs two rows or more, one to learn from and one to watch")
        split = StratifiedShuffleSplit(1, test_size=HELD_OUT, random_state=self.random_state)
        learned, held = next(split.split(inputs, target))
        return learned, held


def words(epochs: int) -> str:
    """Say how a model was trained, for its card."""
    times = "once" if epochs == 1 else f"{epochs} times"
    return (
        f"The rows are gone through {times}, without an early stop. {HELD_OUT:.0%} of them, drawn by class, "
        "are only watched: the model that is served never learned from them. The clones of cross-validation "
        "are trained in the same way, on their own parts."
    )


def with_epochs(estimators: dict[str, Any], epochs: int | None) -> dict[str, Any]:
    """Return estimators of which those that go by epochs do as many as was asked for; None leaves them."""
    return {name: _with_epochs(each, epochs) for name, each in estimators.items()}


def served(estimator: Any) -> Any:
    """Return a fitted estimator as it is served: plain scikit-learn, whose pickle needs nothing of ours."""
    return estimator.pipeline_ if isinstance(estimator, EpochClassifier) else estimator


def _with_epochs(estimator: Any, epochs: int | None) -> Any:
    if epochs is None or not isinstance(estimator, EpochClassifier):
        return estimator
    return clone(estimator).set_params(epochs=epochs)


def _pass_through(classifier: Any, rows: Array, answers: Array, classes: Array) -> None:
    """Go through the rows once; raises KeyboardInterrupt on Ctrl-C, of which scikit-learn makes a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Training interrupted by user")
        try:
            classifier.partial_fit(rows, answers, classes=classes)
        except UserWarning as interrupted:
            raise KeyboardInterrupt from interrupted
