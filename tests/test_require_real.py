"""A missing server is never a silent pass where everything real must be there."""

from collections.abc import Callable

import pytest


def test_what_was_found_lets_the_test_run(require_real: Callable[..., None]) -> None:
    """Nothing happens."""
    require_real("/usr/bin/thing", "thing is missing", {"REQUIRE_REAL": "1"})


def test_what_is_missing_skips_on_a_persons_machine(require_real: Callable[..., None]) -> None:
    """The reason is told."""
    with pytest.raises(pytest.skip.Exception, match="thing is missing"):
        require_real(None, "thing is missing", {})


def test_what_is_missing_fails_where_it_must_be_there(require_real: Callable[..., None]) -> None:
    """CI sets REQUIRE_REAL=1."""
    with pytest.raises(pytest.fail.Exception, match="thing is missing"):
        require_real(None, "thing is missing", {"REQUIRE_REAL": "1"})
