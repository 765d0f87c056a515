"""A reason that is kept tells nothing of the machine that it came from, and fits one line."""

from pathlib import Path

import pytest

from bench.reason import ROOT, reason

CASES = {
    "the project's place": (f"{ROOT}/.cache/x failed", "./.cache/x failed"),
    "a home": (f"{Path.home()}/.netrc is wrong", "~/.netrc is wrong"),
    "an index": (
        "failed to fetch `https://user:word@mirror.example:8443/simple/a/`: 503",
        "failed to fetch `(an address)`: 503",
    ),
    "several lines": ("one\ntwo\x1b[2J", "one two [2J"),
    "an error": (OSError(2, "No such file"), "[Errno 2] No such file"),
    "an error without words": (TimeoutError(), "TimeoutError"),
}


@pytest.mark.parametrize(("said", "kept"), CASES.values(), ids=CASES)
def test_it_is_kept_without_places_and_addresses(said, kept):
    """What remains says what went wrong."""
    assert reason(said) == kept
