"""A minute of faults under load; `make soak MINUTES=30` runs it longer."""

import pytest

from tests.chaos.report import table
from tests.chaos.soak import soak
from tests.redis_server import FOUND, MISSING

SECONDS, RATE, SEED = 60.0, 100.0, 1556


@pytest.mark.slow
def test_a_minute_of_faults_breaks_no_promise(require_real):
    """What failed is printed with the seed and the schedule, by which it can be had again."""
    require_real(FOUND, MISSING)
    result, steps = soak(SECONDS, RATE, SEED)
    assert result.faults == [], "\n".join((f"seed {SEED}", *steps, "", table(result)))
    assert len(result.recoveries) >= len(steps) - 3, "the machine was too slow for most of them"
