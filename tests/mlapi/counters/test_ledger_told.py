"""What a ledger tells in its log and to who asks, and what it makes of a store that fails in an odd way."""

import logging
from collections.abc import Callable

import pytest

from mlapi.counters import Flush, StoreError, Verdict
from mlapi.counters.breaker import FIRST_PAUSE
from mlapi.counters.ledger import DOUBT_SECONDS, Ledger
from tests.mlapi.counters.places import FAILURES, LATE, Hand

BROKEN = "the wire is cut"


class Wire:
    """Stands for a store behind a wire: keeps what is sent, and fails as it is told to."""

    backend = "redis"
    shared = True

    def __init__(self) -> None:
        self.sent: list[Flush] = []
        self.fails: Exception | None = None

    def commit(self, flush: Flush) -> tuple[Verdict, ...]:
        """Note a flush; fail as told."""
        self.sent.append(flush)
        if self.fails:
            raise self.fails
        return ("counted",) * len(flush.claims)

    def read(self) -> dict[str, int]:
        """Return one counter; fail as told."""
        if self.fails:
            raise self.fails
        return {"a": 1}

    def aside(self) -> list[str]:
        """Return one name."""
        return ["api.db.damaged-1"]


@pytest.fixture
def wire() -> Wire:
    """Return a wire that is whole."""
    return Wire()


@pytest.fixture
def ledger(wire: Wire, hand: Hand) -> Ledger:
    """Return a ledger on it, whose clock the test moves."""
    return Ledger(wire, failure_field=FAILURES, late_field=LATE, monotonic=hand, instance=lambda: "one")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[int, str]]]:
    """Give `told()`: what the log says."""
    return lambda: [(record.levelno, record.getMessage()) for record in caplog.records]


def test_the_end_of_a_failure_is_told_as_its_beginning(ledger, wire, hand, told):
    """Once each, and nothing while all is well."""
    assert ledger.record({"a": 1}) == ()
    assert told() == []
    wire.fails = StoreError(BROKEN)
    assert ledger.record({"a": 1}) is None
    assert ledger.record({"a": 1}) is None
    assert told() == [(logging.WARNING, f"counters can't be written: {BROKEN}")]
    wire.fails = None
    hand.at += FIRST_PAUSE
    ledger.settle()
    assert ledger.record({"a": 1}) == ()
    assert told()[1:] == [(logging.WARNING, "counters are written again")]


def test_counters_that_can_not_be_read_are_told(ledger, wire, told):
    """And nothing is asked again until the store took something."""
    assert ledger.read() == {"a": 1}
    wire.fails = StoreError(BROKEN)
    assert ledger.read() is None
    wire.fails = None
    assert ledger.read() is None
    assert told() == [(logging.WARNING, f"counters can't be read: {BROKEN}")]


def test_who_only_counts_learns_whether_something_is_left(ledger, wire, hand):
    """Then he settles, once his answer is out."""
    assert ledger.count({"a": 1}) is True
    wire.fails = StoreError(BROKEN)
    assert ledger.count({"a": 1}) is False
    wire.fails = None
    assert ledger.count({"a": 1}) is False
    hand.at += FIRST_PAUSE
    ledger.settle()
    assert ledger.count({"a": 1}) is True


def test_what_failed_is_sent_unchanged_and_what_came_later_after_it(ledger, wire, hand):
    """With the failure and the late calls, and the next number."""
    wire.fails = StoreError(BROKEN)
    ledger.record({"a": 1})
    ledger.record({"a": 10})
    wire.fails = None
    hand.at += FIRST_PAUSE
    ledger.settle()
    first, again, later = wire.sent
    assert first is again
    assert (first.sequence, first.increments) == (1, {"a": 1})
    assert (later.sequence, later.increments) == (2, {"a": 10, FAILURES: 1, LATE: 2})
    assert later.instance == first.instance == "one"
    ledger.settle()
    assert len(wire.sent) == 3, "nothing is left"


@pytest.mark.parametrize(
    ("waited", "dropped"), [(DOUBT_SECONDS - 1, 0), (DOUBT_SECONDS, 1)], ids=["just before", "half a day"]
)
def test_a_flush_is_in_doubt_for_half_a_day_to_the_second(ledger, wire, hand, waited, dropped):
    """From when it was made, not from when it was last tried."""
    wire.fails = StoreError(BROKEN)
    ledger.record({"a": 1})
    hand.at += waited / 2
    ledger.settle()
    hand.at += waited / 2
    wire.fails = None
    ledger.settle()
    assert ledger.dropped == dropped
    assert [flush.sequence for flush in wire.sent] == ([1, 1, 2] if dropped else [1, 1, 1, 2])


def test_a_mistake_of_ours_is_raised_and_counts_as_a_failure(ledger, wire, hand):
    """Whether the flush arrived is as unknown as ever: it is sent again, unchanged."""
    wire.fails = RuntimeError("a mistake")
    with pytest.raises(RuntimeError, match="a mistake"):
        ledger.record({"a": 1})
    assert (ledger.failures, ledger.up) == (1, False)
    wire.fails = None
    hand.at += FIRST_PAUSE
    ledger.settle()
    assert wire.sent[0] is wire.sent[1]
    assert ledger.up


def test_a_new_process_forgets_what_its_parent_kept(ledger, wire):
    """Its own flushes begin with 1, with nothing of the other's in them, and it waits for no pause."""
    wire.fails = StoreError(BROKEN)
    ledger.record({"a": 1})
    ledger.record({"a": 1})
    wire.fails = None
    ledger.begin()
    assert (ledger.failures, ledger.dropped, ledger.up) == (0, 0, True)
    assert ledger.record({"b": 1}) == ()
    assert (wire.sent[-1].sequence, wire.sent[-1].increments) == (1, {"b": 1})


def test_instances_have_names_of_their_own(wire, hand):
    """Long enough that no two ever share one."""
    for _ in range(100):
        Ledger(wire, failure_field=FAILURES, late_field=LATE, monotonic=hand).record({"a": 1})
    names = {flush.instance for flush in wire.sent}
    assert len(names) == 100
    assert min(map(len, names)) >= 32


def test_damaged_files_are_told_as_the_store_tells_them(ledger):
    """The dashboard names them."""
    assert ledger.aside() == ["api.db.damaged-1"]
