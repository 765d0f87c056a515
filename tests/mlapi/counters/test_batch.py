"""A batch grows until it is sealed, and hands everybody his own verdicts."""

import pytest

from mlapi.counters import MOST
from mlapi.counters.batch import Batch, Call
from tests.mlapi.counters.places import claim


def joined(batch: Batch, *names: str) -> Call:
    """Return a call with claims in a batch."""
    call = Call(tuple(map(claim, names)))
    batch.join(call)
    return call


def test_verdicts_go_to_whose_claims_they_are():
    """In the order in which they came; who claims nothing gets none."""
    batch = Batch()
    calls = [joined(batch, "a", "b"), joined(batch), joined(batch, "c")]
    batch.seal("one", 1, 0.0)
    batch.land(("counted", "full", "repeated"))
    assert [call.verdicts for call in calls] == [("counted", "full"), (), ("repeated",)]


def test_a_sealed_batch_lets_no_claim_go():
    """It may have been sent; those of others keep their places."""
    batch = Batch()
    first, second = joined(batch, "a"), joined(batch, "b")
    batch.seal("one", 1, 0.0)
    batch.withdraw(first)
    batch.land(("counted", "full"))
    assert second.verdicts == ("full",)


def test_an_open_batch_lets_claims_go():
    """Nobody waits for them any more."""
    batch = Batch()
    first, second = joined(batch, "a"), joined(batch, "b")
    batch.withdraw(first)
    batch.seal("one", 1, 0.0)
    assert batch.flush
    assert batch.flush.claims == second.claims


def test_what_outgrows_a_flush_is_raised_and_not_merged():
    """Not even in part."""
    batch = Batch()
    batch.add({"a": MOST - 1})
    with pytest.raises(ValueError, match="more than"):
        batch.add({"b": 1, "a": 2})
    assert batch.increments == {"a": MOST - 1}
