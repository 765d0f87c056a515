"""Training by epochs: what is learned from, what is watched, and what is served."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from training.epochs import HELD_OUT, EpochClassifier, served, with_epochs, words
from training.errors import TrainingError
from training.stages import Epoch

ROWS, SPECIES = load_iris(return_X_y=True)


def network(epochs: int = 5, kind: type[MLPClassifier] = MLPClassifier) -> EpochClassifier:
    """Return a small network that is not yet trained."""
    return EpochClassifier(
        StandardScaler(), kind((4,), batch_size=16, shuffle=False, random_state=1), epochs, random_state=1
    )


def weights(trained: EpochClassifier) -> list[Any]:
    """Return what it has learned."""
    found: list[Any] = trained.pipeline_.named_steps["classifier"].coefs_
    return found


def same(first: EpochClassifier, second: EpochClassifier) -> bool:
    """Tell whether two have learned the same to the last bit."""
    return all(np.array_equal(one, other) for one, other in zip(weights(first), weights(second), strict=True))


def test_each_epoch_is_told_as_it_ends() -> None:
    """With its number, a loss that falls, and an accuracy that is a share of the held-out rows."""
    told: list[Epoch] = []
    network(30).fit(ROWS, SPECIES, watch=told.append)
    assert [(epoch.number, epoch.total) for epoch in told] == [(number, 30) for number in range(1, 31)]
    assert told[-1].loss < told[0].loss * 0.8
    held = round(len(ROWS) * HELD_OUT)
    assert all((epoch.accuracy * held) == pytest.approx(round(epoch.accuracy * held)) for epoch in told)


def test_to_watch_changes_nothing() -> None:
    """Clones in cross-validation are not watched, and are trained in the same way."""
    assert same(network().fit(ROWS, SPECIES), network().fit(ROWS, SPECIES, watch=lambda epoch: None))


def test_a_clone_learns_the_same_again() -> None:
    """Every choice hangs on the seed."""
    first = network().fit(ROWS, SPECIES)
    assert same(first, clone(first).fit(ROWS, SPECIES))
    assert not same(first, clone(first).set_params(random_state=2).fit(ROWS, SPECIES))


def test_nothing_is_learned_from_the_rows_that_are_held_out() -> None:
    """Neither by the network nor by the scaler: other values in these rows change no weight."""
    split = StratifiedShuffleSplit(1, test_size=HELD_OUT, random_state=1)
    _, held = next(split.split(ROWS, SPECIES))
    other = ROWS.copy()
    other[held] *= 1000
    assert same(network().fit(ROWS, SPECIES), network().fit(other, SPECIES))
    other = ROWS.copy()
    other[np.setdiff1d(np.arange(len(ROWS)), held)[0]] *= 1000
    assert not same(network().fit(ROWS, SPECIES), network().fit(other, SPECIES))


def test_epochs_go_on_from_one_another() -> None:
    """The second one's first epoch is the first one's only one."""
    short, long = network(1).fit(ROWS, SPECIES), network(2).fit(ROWS, SPECIES)
    losses = long.pipeline_.named_steps["classifier"].loss_curve_
    assert losses[:1] == short.pipeline_.named_steps["classifier"].loss_curve_
    assert len(losses) == 2


LOAD = """
import pickle, sys
model = pickle.loads(sys.stdin.buffer.read())
assert not [name for name in sys.modules if name.split(".")[0] == "training"]
print(model.predict([[5.1, 3.5, 1.4, 0.2]])[0], type(model).__module__)
"""


def test_what_is_served_needs_nothing_of_ours(tmp_path: Path) -> None:
    """Its pickle loads where this project is not."""
    trained = network(30).fit(ROWS, SPECIES)
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", LOAD],
        input=pickle.dumps(served(trained)),
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert loaded.stdout.split() == [b"0", b"sklearn.pipeline"]
    assert np.array_equal(served(trained).predict(ROWS), trained.predict(ROWS))
    assert np.array_equal(served(trained).predict_proba(ROWS), trained.predict_proba(ROWS))


def test_other_estimators_are_served_as_they_are() -> None:
    """And get no number of epochs."""
    scaler = StandardScaler()
    assert served(scaler) is scaler
    assert with_epochs({"scaler": scaler}, 7) == {"scaler": scaler}


def test_the_number_of_epochs_is_the_callers() -> None:
    """None keeps the recipe's; the recipe's own estimator is left as it is."""
    own = network(5)
    assert with_epochs({"network": own}, None)["network"].epochs == 5
    assert with_epochs({"network": own}, 7)["network"].epochs == 7
    assert own.epochs == 5


class Interrupted(MLPClassifier):
    """Ctrl-C comes while a batch is computed."""

    def _backprop(self, *_: Any) -> Any:
        raise KeyboardInterrupt


def test_ctrl_c_in_an_epoch_ends_the_training() -> None:
    """Though scikit-learn catches it and warns."""
    with pytest.raises(KeyboardInterrupt):
        network(kind=Interrupted).fit(ROWS, SPECIES)


def test_a_class_of_one_row_is_refused_in_words() -> None:
    """It can't be both learned from and watched."""
    with pytest.raises(TrainingError, match="each class needs two rows or more"):
        network().fit(ROWS[:51], SPECIES[:51])


@pytest.mark.parametrize(
    ("epochs", "said"),
    [pytest.param(1, "through once,", id="one"), pytest.param(200, "200 times", id="many")],
)
def test_the_card_says_how_it_was_trained(epochs: int, said: str) -> None:
    """And that cross-validation does alike."""
    assert said in words(epochs)
    assert "20% of them" in words(epochs)
    assert "clones of cross-validation are trained in the same way" in words(epochs)
