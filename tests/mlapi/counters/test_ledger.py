"""What every request's increments go through, on each store."""

import threading

import pytest

from mlapi.counters import MOST
from mlapi.counters.ledger import Ledger
from mlapi.counters.nothing import NoStore
from tests.mlapi.counters.places import FAILURES, LATE, claim


@pytest.fixture
def ledger(store):
    """Return a ledger on each store in turn; patient, so that a busy machine breaks no promise."""
    return Ledger(store, failure_field=FAILURES, late_field=LATE, patience=10)


def test_what_was_recorded_is_stored(ledger, store):
    """At once, with its claims' verdicts."""
    assert ledger.record({"a": 1, "b": 2}) == ()
    assert ledger.record({"a": 1}, [claim("x"), claim("x"), claim("y", most=1)]) == (
        "counted",
        "repeated",
        "full",
    )
    assert store.read() == ledger.read() == {"a": 2, "b": 2, "labels": 1}
    assert ledger.up
    assert (ledger.failures, ledger.dropped) == (0, 0)


def test_it_says_which_store_it_has(ledger, place):
    """For ml_store_info."""
    assert (ledger.backend, ledger.shared) == (place.kind, True)


def test_ledgers_count_apart_and_into_the_same_counters(place):
    """Each is an instance of its own."""
    ledgers = [Ledger(place.open(), failure_field=FAILURES, late_field=LATE, patience=10) for _ in range(3)]
    for ledger in ledgers * 2:
        assert ledger.record({"a": 1}) == ()
    assert ledgers[0].read() == {"a": 6}


def test_the_instance_is_named_once_and_only_when_it_is_needed(store):
    """A process that is forked before its first request has no name to pass on."""
    names = iter(["first", "second"])
    made: list[str] = []

    def name() -> str:
        made.append(next(names))
        return made[-1]

    ledger = Ledger(store, failure_field=FAILURES, late_field=LATE, patience=10, instance=name)
    assert made == []
    ledger.record({"a": 1})
    ledger.record({"a": 1})
    assert made == ["first"]


@pytest.mark.parametrize("amount", [0, -1, MOST + 1, 1.0, True, "1", None], ids=repr)
def test_a_bug_in_what_is_counted_is_raised_before_anything_is_merged(ledger, amount):
    """In increments and in claims."""
    with pytest.raises(ValueError, match="must be a text that grows"):
        ledger.record({"a": 1, "b": amount})
    with pytest.raises(ValueError, match="must be a text that grows"):
        ledger.record({"a": 1}, [claim("x"), claim("y", {"b": amount})])
    ledger.settle()
    assert ledger.record({"c": 1}, [claim("x")]) == ("counted",)
    assert ledger.read() == {"c": 1, "labels": 1}


def test_a_field_that_is_no_text_is_raised(ledger):
    """No store could keep it."""
    with pytest.raises(ValueError, match="must be a text that grows"):
        ledger.record({None: 1})  # type: ignore[dict-item]


def test_many_threads_lose_nothing(ledger):
    """Each is answered with its own verdicts."""
    rounds, verdicts = 50, []

    def work(name: int) -> None:
        for number in range(rounds):
            mine = claim(f"{name} {number}", most=10_000)
            verdicts.append(ledger.record({"a": 1, f"by {name}": 2}, [mine, claim("shared", {}), mine]))
            ledger.settle()

    threads = [threading.Thread(target=work, args=[name]) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(verdicts) == 8 * rounds
    assert {(first, last) for first, _, last in verdicts} == {("counted", "repeated")}
    assert sum(second == "counted" for _, second, _ in verdicts) == 1
    expected = {"a": 8 * rounds, "labels": 8 * rounds, **{f"by {name}": 2 * rounds for name in range(8)}}
    assert ledger.read() == expected


def test_without_a_store_nothing_is_kept():
    """Increments are forgotten, claims are refused, and there is nothing to read or to settle."""
    ledger = Ledger(NoStore(), failure_field=FAILURES, late_field=LATE)
    assert ledger.record({"a": 1}) == ()
    assert ledger.record({"a": 1}, [claim("x")]) is None
    ledger.settle()
    assert ledger.read() is None
    assert not ledger.up
    assert ledger._pending.is_empty
    assert (ledger.backend, ledger.shared, ledger.failures) == ("none", False, 0)
    with pytest.raises(ValueError, match="must be a text that grows"):
        ledger.record({"a": 0})


def test_a_process_begins_with_what_is_counted_once_in_each(ledger, store):
    """With the first that it counts, and so does a child that was forked."""
    ledger.begins_with({"starts": 1})
    ledger.record({"a": 1})
    ledger.record({"a": 1})
    assert store.read() == {"a": 2, "starts": 1}
    ledger.begin()  # As a child does.
    assert ledger.record({}, [claim("x")]) == ("counted",)
    assert store.read() == {"a": 2, "labels": 1, "starts": 2}


def test_a_process_that_counted_nothing_did_not_begin(ledger, store):
    """What can't be counted leaves the start for what comes next."""
    ledger.begins_with({"starts": 1})
    with pytest.raises(ValueError, match="whole number"):
        ledger.record({"a": 0})
    assert store.read() == {}
    ledger.record({"a": 1})
    assert store.read() == {"a": 1, "starts": 1}
