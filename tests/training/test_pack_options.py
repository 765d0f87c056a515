"""The options of pack refuse what can't be meant."""

import argparse

import pytest

from training.pack_options import floor


@pytest.mark.parametrize("text", ["nan", "inf", "1.5", "-2"])
def test_a_floor_that_no_score_can_pass_or_miss_is_refused(text: str) -> None:
    """A monitor would alert for ever, or never."""
    with pytest.raises(argparse.ArgumentTypeError, match="at most 1"):
        floor(text)


@pytest.mark.parametrize(("text", "number"), [("0.8", 0.8), ("-0.5", -0.5), ("1", 1.0)])
def test_a_floor_is_a_score(text: str, number: float) -> None:
    """R2 may be below zero."""
    assert floor(text) == number
