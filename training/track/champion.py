"""Decides whether a newly registered model becomes the champion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ALIAS = "champion"


@dataclass(frozen=True)
class Standing:
    """What a registered model was measured to be worth; None where its tags don't say."""

    score: str | None
    value: float | None
    data: str | None
    scoring: str | None

    @property
    def yardstick(self) -> tuple[str | None, ...]:
        """Return what must be equal for two values to be compared."""
        return self.score, self.data, self.scoring


def of_card(card: Mapping[str, Any]) -> Standing:
    """Return the standing of a bundle."""
    score = card["floors"]["score"]
    value = card["scores"][score]["value"]
    return Standing(score, value, card["data"]["sha256"], card["scoring"]["method"])


def as_tags(standing: Standing) -> dict[str, str]:
    """Return the standing as a model version's tags."""
    return {
        "score": str(standing.score),
        "score_value": repr(standing.value),
        "data_sha256": str(standing.data),
        "scoring": str(standing.scoring),
    }


def of_tags(tags: Mapping[str, str]) -> Standing:
    """Return the standing that tags tell; what they don't is None."""
    return Standing(
        tags.get("score"), _number(tags.get("score_value")), tags.get("data_sha256"), tags.get("scoring")
    )


def verdict(new: Standing, old: Standing | None) -> tuple[bool, str]:
    """Return whether the new model becomes the champion, and why.

    It does only where its main score is better than the champion's on the same data, measured alike.
    """
    if old is None:
        return True, "the first"
    if old.value is None or new.value is None or old.yardstick != new.yardstick:
        return False, "it was measured on other data or in another way, so the two can't be compared"
    said = f"{new.score} {new.value:.4f}, the champion's {old.value:.4f}"
    return (True, f"better: {said}") if new.value > old.value else (False, f"not better: {said}")


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:  # somebody edited the tag
        return None
