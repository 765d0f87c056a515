"""The tests of rules are tested themselves: with an alert spoiled, they must fail."""

import pytest

from tests.observability.rule_tests import MISSING, MUTANTS, PROMTOOL, UNSPOILED, killed, named

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mutant", MUTANTS, ids=named)
def test_a_spoiled_alert_is_noticed(mutant, require_real, tmp_path):
    """It never fires, it always does, or it does not wait."""
    require_real(PROMTOOL, MISSING)
    assert killed(mutant, tmp_path)


@pytest.mark.parametrize("mutant", UNSPOILED, ids=named)
def test_nothing_else_is_noticed(mutant, require_real, tmp_path):
    """The same alerts pass, alone with the series that they read, unless one is spoiled."""
    require_real(PROMTOOL, MISSING)
    assert not killed(mutant, tmp_path)
