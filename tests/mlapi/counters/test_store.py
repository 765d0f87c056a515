"""What every store promises, on each of them."""

import itertools
import threading
import time

import pytest

from mlapi.counters import MOST, Claim
from tests.mlapi.counters.places import TODAY, claim, flush

LIMIT = 2**62


def filled(store, value: int, field: str = "a") -> int:
    """Let a counter reach a value in steps; return the next sequence of the instance `fill`."""
    steps, rest = divmod(value, MOST)
    amounts = [MOST] * steps + [rest] * bool(rest)
    for sequence, amount in enumerate(amounts, start=1):
        store.commit(flush(sequence, {field: amount}, instance="fill"))
    return len(amounts) + 1


def test_an_empty_store_has_no_counters(store):
    """It can be read before anything was counted."""
    assert store.read() == {}


def test_it_adds_what_flushes_bring(store):
    """Over instances and sequences, each field for itself."""
    assert store.commit(flush(1, {"a": 1, "b": 7})) == ()
    assert store.commit(flush(2, {"a": 2})) == ()
    assert store.commit(flush(1, {"a": 40}, instance="two")) == ()
    assert store.read() == {"a": 43, "b": 7}


def test_a_flush_without_anything_is_taken(store):
    """It is how a store is tried."""
    assert store.commit(flush(1)) == ()
    assert store.read() == {}


def test_what_was_counted_is_there_for_whoever_opens_the_store_later(place):
    """It outlives the instance that counted."""
    place.open().commit(flush(1, {"a": 1}))
    assert place.open().read() == {"a": 1}


def test_a_flush_sent_again_counts_once(place):
    """Also through another connection, as often as it comes."""
    store = place.open()
    for again in (store, store, place.open()):
        again.commit(flush(1, {"a": 1}))
    assert store.read() == {"a": 1}


def test_a_flush_sent_again_gets_the_same_verdicts(store):
    """Though its ids are known by now, and the day is full."""
    same = flush(1, {"a": 1}, claim("x", most=1), claim("x", most=1), claim("y", most=1))
    verdicts = ("counted", "repeated", "full")
    assert [store.commit(same) for _ in range(3)] == [verdicts] * 3
    assert store.read() == {"a": 1, "labels": 1}


def test_an_older_flush_is_ignored(store):
    """A first copy that was held up on its way comes after its instance went on."""
    store.commit(flush(1, {"a": 1}))
    assert store.commit(flush(2, {"a": 1}, claim("y", {}))) == ("counted",)
    assert store.commit(flush(1, {"a": 1}, claim("x"))) == ()
    assert store.read() == {"a": 2}
    assert store.commit(flush(3, {}, claim("x"))) == ("counted",), "an ignored claim claims nothing"


def test_sequences_may_have_gaps(store):
    """A flush that was dropped leaves one."""
    store.commit(flush(1, {"a": 1}))
    store.commit(flush(9, {"a": 1}))
    assert store.read() == {"a": 2}


def test_a_claim_counts_once_per_id(place):
    """Within a flush, over flushes and over instances."""
    store, other = place.open(), place.open()
    assert store.commit(flush(1, {}, claim("x"), claim("y"), claim("x"))) == (
        "counted",
        "counted",
        "repeated",
    )
    assert store.commit(flush(2, {}, claim("x"))) == ("repeated",)
    assert other.commit(flush(1, {}, claim("y"), claim("z"), instance="two")) == ("repeated", "counted")
    assert store.read() == {"labels": 3}


def test_days_have_ids_of_their_own(store):
    """The same id on another day is another id."""
    days = [claim("x", day=day) for day in ("2024-05-01", "2024-05-02", "2024-04-30")]
    assert store.commit(flush(1, {}, *days)) == ("counted",) * 3
    assert store.commit(flush(2, {}, *days)) == ("repeated",) * 3
    assert store.read() == {"labels": 3}


def test_a_claim_adds_what_it_brings_to_what_the_flush_brings(store):
    """The same field may be in the flush and in several claims."""
    store.commit(flush(1, {"a": 1}, claim("x", {"a": 10, "b": 5}), claim("y", {"a": 100}), claim("z", {})))
    assert store.read() == {"a": 111, "b": 5}


def test_a_full_day_takes_no_more_ids(store):
    """The cap holds within a flush and after it; known ids stay known, other days have room."""
    first = flush(1, {"a": 1}, *(claim(str(number), most=3) for number in range(5)))
    assert store.commit(first) == ("counted",) * 3 + ("full",) * 2
    second = flush(2, {}, claim("0", most=3), claim("9", most=3), claim("9", most=3, day="2024-05-02"))
    assert store.commit(second) == ("repeated", "full", "counted")
    assert store.commit(flush(3, {}, claim("9", most=4))) == ("counted",)
    assert store.read() == {"a": 1, "labels": 5}


def test_a_day_that_may_have_one_id_takes_it(store):
    """The first of the day, and no other."""
    assert store.commit(flush(1, {}, claim("x", most=1))) == ("counted",)
    assert store.commit(flush(2, {}, claim("y", most=1), claim("x", most=1))) == ("full", "repeated")
    assert store.read() == {"labels": 1}


@pytest.mark.parametrize("amount", [0, -1, MOST + 1, 2**63, 1.0, True, "1", None], ids=repr)
def test_an_amount_out_of_range_spoils_the_flush(store, failure, amount):
    """Nothing of it is done, and its sequence stays free."""
    assert "can't be counted" in failure(lambda: store.commit(flush(1, {"a": 1, "b": amount})))
    assert "can't be counted" in failure(lambda: store.commit(flush(1, {"a": 1}, claim("x", {"b": amount}))))
    assert store.read() == {}
    assert store.commit(flush(1, {"a": 1}, claim("x"))) == ("counted",)


@pytest.mark.parametrize(
    "bad",
    [
        Claim("2024-5-1", "x", 1, {}),
        Claim("2024-05-01:x", "x", 1, {}),
        Claim(TODAY, "", 1, {}),
        Claim(TODAY, "x", 1.5, {}),
        Claim(TODAY, "x", True, {}),
    ],
    ids=["day", "key", "id", "most", "bool"],
)
def test_a_claim_that_cannot_be_kept_spoils_the_flush(store, failure, bad):
    """Nothing of it is done."""
    assert "a claim needs" in failure(lambda: store.commit(flush(1, {"a": 1}, bad)))
    assert store.read() == {}


@pytest.mark.parametrize("value", [2**53 - 1, 2**53 + 1, 2**60 + 3, LIMIT - 1], ids=str)
def test_large_counters_are_exact(store, value):
    """Where a double can't tell neighbours apart."""
    filled(store, value)
    assert store.read() == {"a": value}


@pytest.mark.parametrize("room", [3, LIMIT % 10**9 + 1, MOST], ids=str)
def test_a_counter_grows_to_the_limit_and_not_beyond(store, failure, room):
    """The flush that would pass it changes nothing, neither in plain increments nor in claims."""
    following = filled(store, LIMIT - room)
    failure(lambda: store.commit(flush(following, {"a": room}, instance="fill")))
    assert store.commit(flush(following, {"a": room - 1}, instance="fill")) == ()
    for bad in (
        flush(1, {"b": 1, "a": 1}),
        flush(1, {"b": 1}, claim("x", {"c": 1}), claim("y", {"a": 1})),
    ):
        assert "can't grow that much" in failure(lambda bad=bad: store.commit(bad))
    assert store.read() == {"a": LIMIT - 1}
    assert store.commit(flush(1, {"b": 1}, claim("x"))) == ("counted",)


def test_increments_of_one_flush_pass_the_limit_only_together(store, failure):
    """What flush and claims add to one field is judged as a sum; what isn't counted isn't judged."""
    filled(store, LIMIT - 10)
    both = flush(1, {"a": 5}, claim("x", {"a": 5}))
    assert "can't grow that much" in failure(lambda: store.commit(both))
    assert store.commit(flush(1, {"a": 5}, claim("x", {"a": 5}, most=0))) == ("full",)
    assert store.commit(flush(2, {}, claim("x", {"a": 4}))) == ("counted",)
    assert store.read() == {"a": LIMIT - 1}


def test_a_sum_that_comes_from_far_below_the_limit_is_judged_whole(store, failure):
    """Where no single amount of a flush would bring a counter near it."""
    filled(store, LIMIT - 2 * MOST)
    assert "can't grow that much" in failure(
        lambda: store.commit(flush(1, {"a": MOST, "b": 1}, claim("x", {"a": MOST})))
    )
    assert store.commit(flush(1, {"a": MOST, "b": 1}, claim("x", {"a": MOST - 1}))) == ("counted",)
    assert store.read() == {"a": LIMIT - 1, "b": 1}


@pytest.mark.parametrize(
    "field",
    ["", " ", 'ml_bins{feature="Größe",bin="≥ 5"}', "汉字", "a\0b\r\n", "\ud800", "'; DROP TABLE counters;"],
    ids=["empty", "blank", "umlauts", "wide", "control", "surrogate", "quotes"],
)
def test_any_text_is_a_field_and_an_id(store, field):
    """Names come from what a model's card says."""
    store.commit(flush(1, {field: 1}))
    assert store.commit(flush(2, {field: 2}, claim(f"{field}.", {field: 4}))) == ("counted",)
    assert store.commit(flush(3, {}, claim(f"{field}."))) == ("repeated",)
    assert store.read() == {field: 7}


def test_thousands_of_fields_and_claims_go_in_one_flush(store):
    """More than Lua lets one call have as arguments."""
    fields = {f"f{number}": number + 1 for number in range(10_000)}
    claims = [claim(str(number), {"labels": 1, f"f{number}": 1}, most=2_500) for number in range(3_000)]
    assert store.commit(flush(1, fields, *claims)) == ("counted",) * 2_500 + ("full",) * 500
    found = store.read()
    assert found.pop("labels") == 2_500
    assert found == {f"f{number}": number + 1 + (number < 2_500) for number in range(10_000)}


def test_readers_see_whole_flushes(place):
    """Whatever moment they read at, two fields that grow together are equal."""
    store, reader = place.open(), place.open()
    over = threading.Event()

    def write() -> None:
        for sequence in itertools.count(1):
            store.commit(flush(sequence, {"left": 1}, claim(str(sequence), {"right": 1}, most=10**6)))
            if over.is_set():
                return

    thread = threading.Thread(target=write)
    thread.start()
    seen: set[tuple[int, int]] = set()
    deadline = time.monotonic() + 30
    while len(seen) < 20 and time.monotonic() < deadline:
        found = reader.read()
        seen.add((found.get("left", 0), found.get("right", 0)))
    over.set()
    thread.join()
    assert len(seen) == 20
    assert all(left == right for left, right in seen)


def test_threads_may_share_a_store(store):
    """Nothing is lost between them."""

    def write(name: int) -> None:
        for sequence in range(1, 101):
            store.commit(flush(sequence, {"a": 1, f"by {name}": 1}, instance=str(name)))
            assert store.read()["a"] >= sequence

    threads = [threading.Thread(target=write, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read() == {"a": 400, **{f"by {name}": 100 for name in range(4)}}
