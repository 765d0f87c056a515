"""Which of two registered models is the champion."""

from dataclasses import replace

import pytest

from training.track.champion import Standing, as_tags, of_card, of_tags, verdict

NEW = Standing(score="r2", value=0.8, data="abc", scoring="5-fold")
CARD = {
    "floors": {"score": "r2"},
    "scores": {"r2": {"value": 0.8}, "mae": {"value": 3}},
    "data": {"sha256": "abc"},
    "scoring": {"method": "5-fold"},
}


def test_a_bundle_stands_by_its_main_score() -> None:
    """The one that its alerts watch."""
    assert of_card(CARD) == NEW


def test_tags_keep_a_standing() -> None:
    """To the last digit."""
    standing = replace(NEW, value=0.1 + 0.2)
    assert of_tags(as_tags(standing)) == standing


def test_the_first_is_the_champion() -> None:
    """There is none to beat."""
    assert verdict(NEW, None) == (True, "the first")


@pytest.mark.parametrize(
    ("value", "moves", "why"),
    [
        pytest.param(0.7, True, "better: r2 0.8000, the champion's 0.7000", id="better"),
        pytest.param(0.8, False, "not better: r2 0.8000, the champion's 0.8000", id="as good"),
        pytest.param(0.9, False, "not better: r2 0.8000, the champion's 0.9000", id="worse"),
    ],
)
def test_a_better_score_on_the_same_data_moves_the_mark(value: float, moves: bool, why: str) -> None:
    """An equal one does not."""
    assert verdict(NEW, replace(NEW, value=value)) == (moves, why)


@pytest.mark.parametrize(
    "old",
    [
        pytest.param(replace(NEW, value=0.1, data="other"), id="other data"),
        pytest.param(replace(NEW, value=0.1, score="accuracy"), id="another score"),
        pytest.param(replace(NEW, value=0.1, scoring="held-out rows"), id="another way to measure"),
        pytest.param(of_tags({}), id="marked by hand, without tags"),
        pytest.param(of_tags(as_tags(NEW) | {"score_value": "great"}), id="a tag that is no number"),
    ],
)
def test_what_can_not_be_compared_leaves_the_mark(old: Standing) -> None:
    """And it says so."""
    moves, why = verdict(NEW, old)
    assert not moves
    assert "can't be compared" in why
