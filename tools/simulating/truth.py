"""A made-up true outcome, as far from an answer as the card says that answers are from the truth."""

from random import Random
from typing import Any

from tools.card import Card
from tools.terminal import ToolError


def expected(card: Card) -> float:
    """Return what truths are made with: the card's accuracy for classes, else its RMSE. Raises ToolError."""
    score = "accuracy" if card.task == "classification" else "rmse"
    try:
        return float(card.scores[score]["value"])
    except (KeyError, TypeError, ValueError) as error:
        raise ToolError(f"The card of {card.name} has no {score} to simulate true values with.") from error


def simulated(card: Card, prediction: Any, rng: Random) -> Any:
    """Return the answer with noise of the card's RMSE, or its class as often as the card is right."""
    if card.task == "regression":
        return prediction + rng.gauss(0.0, expected(card))
    others = [label for label in card.classes if label != prediction]
    right = rng.random() < expected(card) or not others
    return prediction if right else rng.choice(others)
