"""Tells the same penguins apart by a small neural network, which is trained epoch by epoch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sklearn.neural_network import MLPClassifier

from training.epochs import EpochClassifier
from training.recipes.parts import tabular
from training.recipes.penguins import PENGUINS
from training.recipes.recipe import Column

EPOCHS = 200
NEURONS = 16
BATCH = 16


def candidates(columns: Sequence[Column], seed: int) -> dict[str, Any]:
    """Return one hidden layer of 16 neurons: on this table more of them gained nothing."""
    encoder = tabular(columns, "passthrough")[0]
    # The rows come shuffled: partial_fit would shuffle each epoch alike.
    network = MLPClassifier((NEURONS,), batch_size=BATCH, alpha=1e-3, shuffle=False)
    return {"neural network": EpochClassifier(encoder, network, EPOCHS)}


PENGUINS_MLP = replace(
    PENGUINS,
    name="penguins-mlp",
    title="Species of a penguin, by a neural network",
    description=f"{PENGUINS.description} One hidden layer of {NEURONS} neurons on one-hot categories and "
    "scaled numbers.",
    candidates=candidates,
    epochs=EPOCHS,
)
