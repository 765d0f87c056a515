"""What every store promises, checked on each of them."""

import signal
import threading
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.store import Lease, Store, StoreError, from_bytes, to_bytes

LONG = 30.0
SHORT = 0.2
SAVED_BY_HYPOTHESIS = [HealthCheck.function_scoped_fixture]  # Every example writes over the one before.


def acquired(store: Store, name: str = "probe", seconds: float = LONG) -> Lease:
    """Return a lease that must be free."""
    lease = store.acquire(name, seconds)
    assert lease is not None
    return lease


def write(store: Store, changes) -> None:
    """Commit under a lease of its own."""
    assert store.commit(acquired(store, "write"), changes)


def tables(store: Store, *names: str):
    """Return what the tables hold."""
    return store.read(*names)[1]


def test_a_store_says_what_it_is(any_store):
    """And whether what is written outlives this process, on which pages depend."""
    assert (any_store.backend, any_store.keeps) in {("sqlite", True), ("redis", True), ("memory", False)}


def test_what_was_never_written_is_empty(any_store):
    """Missing tables are empty ones, and no table at all can be asked for."""
    assert tables(any_store, "a", "b") == {"a": {}, "b": {}}
    assert tables(any_store) == {}


def test_a_commit_is_read_back(any_store):
    """Several tables change at once; other fields and tables stay."""
    write(any_store, {"a": {"1": "one", "2": "two"}, "b": {"1": "uno"}, "c": {}})
    write(any_store, {"a": {"2": "zwei", "3": "drei"}})
    assert tables(any_store, "a", "b", "c") == {
        "a": {"1": "one", "2": "zwei", "3": "drei"},
        "b": {"1": "uno"},
        "c": {},
    }
    assert tables(any_store, "b") == {"b": {"1": "uno"}}


def test_none_removes_a_field(any_store):
    """One that isn't there may be removed as well."""
    write(any_store, {"a": {"1": "one", "2": "two"}})
    write(any_store, {"a": {"1": None, "9": None}, "b": {"1": None}})
    assert tables(any_store, "a", "b") == {"a": {"2": "two"}, "b": {}}


def test_what_is_read_belongs_to_the_caller(any_store):
    """Changing it changes nothing that is kept."""
    write(any_store, {"a": {"1": "one"}})
    tables(any_store, "a")["a"]["1"] = "changed"
    assert tables(any_store, "a") == {"a": {"1": "one"}}


def test_any_text_is_kept(store):
    """Whatever a field or a text holds: empty, NUL, line breaks, lone surrogates."""

    @settings(max_examples=40, deadline=None, suppress_health_check=SAVED_BY_HYPOTHESIS)
    @given(st.dictionaries(st.text(st.characters()), st.text(st.characters()), max_size=5))
    def round_trips(fields):
        held = tables(store, "a")["a"]
        write(store, {"a": {**dict.fromkeys(held), **fields}})
        assert tables(store, "a") == {"a": fields}

    round_trips()


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "\U0001d4b3 é 漢\n\r\t", "x" * 100_000, "漢" * 100_000])
def test_awkward_and_long_texts_are_kept(any_store, text):
    """A sample may be long, and quote anything."""
    write(any_store, {"a": {text[:10]: text}})
    assert tables(any_store, "a") == {"a": {text[:10]: text}}


def test_bytes_that_no_text_made_are_damage():
    """They are neither guessed at nor shown; halves of characters are kept as they are."""
    for text in ("", "größe", "\ud800", "😀"):
        assert from_bytes(to_bytes(text)) == text
    with pytest.raises(StoreError, match=r"^what the store kept is damaged$"):
        from_bytes(b"\xff")


def test_many_changes_are_one_commit(any_store):
    """More than a script could have as arguments of one command."""
    fields = {str(number): "x" * 20 for number in range(10_000)}
    write(any_store, {"a": fields})
    assert tables(any_store, "a") == {"a": fields}
    write(any_store, {"a": dict.fromkeys(fields)})
    assert tables(any_store, "a") == {"a": {}}


def test_a_lease_is_held_by_one(any_store):
    """Until it ends; leases of other names are free."""
    lease = acquired(any_store)
    assert any_store.acquire("probe", LONG) is None
    assert acquired(any_store, "live").name == "live"
    any_store.release(lease)
    assert acquired(any_store).token > lease.token


def test_tokens_grow_with_every_lease(any_store):
    """However the one before ended: commit, release or time."""
    tokens = []
    for end in (lambda lease: any_store.commit(lease, {}), any_store.release, lambda lease: time.sleep(0.05)):
        tokens.append(acquired(any_store, seconds=0.04))
        end(tokens[-1])
    tokens.append(acquired(any_store))
    assert [lease.token for lease in tokens] == sorted({lease.token for lease in tokens})


def test_a_commit_ends_its_lease(any_store):
    """Committing again with it changes nothing."""
    lease = acquired(any_store)
    assert any_store.commit(lease, {"a": {"1": "one"}}) is True
    assert any_store.commit(lease, {"a": {"1": "two"}}) is False
    assert tables(any_store, "a") == {"a": {"1": "one"}}
    assert any_store.acquire("probe", LONG)


def test_a_commit_may_keep_its_lease(any_store):
    """Without release the lease runs on, for others and for its holder."""
    lease = acquired(any_store)
    assert any_store.commit(lease, {"a": {"1": "one"}}, release=False)
    assert any_store.acquire("probe", LONG) is None
    assert any_store.commit(lease, {"a": {"1": "two"}})
    assert tables(any_store, "a") == {"a": {"1": "two"}}


def test_a_lease_is_over_after_its_time(any_store):
    """Its holder can't commit any more, whether or not another one came."""
    lease = acquired(any_store, seconds=SHORT)
    time.sleep(SHORT + 0.05)
    assert any_store.commit(lease, {"a": {"1": "late"}}) is False
    second = acquired(any_store)
    assert any_store.commit(lease, {"a": {"1": "later"}}) is False
    any_store.release(lease)
    assert any_store.acquire("probe", LONG) is None, "a release of an old lease must not end another's"
    assert any_store.commit(second, {"a": {"1": "right"}})
    assert tables(any_store, "a") == {"a": {"1": "right"}}


def test_a_lease_that_was_never_given_is_worth_nothing(any_store):
    """Neither with a token of the past nor of the future, nor under another name."""
    lease = acquired(any_store)
    for forged in (
        Lease("probe", lease.token + 1, lease.now),
        Lease("probe", 0, 0.0),
        Lease("x", lease.token, 0.0),
    ):
        assert any_store.commit(forged, {"a": {"1": "forged"}}) is False
        any_store.release(forged)
    assert tables(any_store, "a") == {"a": {}}
    assert any_store.acquire("probe", LONG) is None


def test_the_clock_is_the_stores(any_store):
    """Reading and leasing tell the same clock, which runs forwards and is about right."""
    before, _ = any_store.read("a")
    lease = acquired(any_store)
    after, _ = any_store.read("a")
    assert before <= lease.now <= after
    assert abs(after - time.time()) < 60


def test_targets_do_not_see_each_other(place):
    """Neither tables nor leases, though they share a file or a Redis."""
    one, other = place.open("one"), place.open("other")
    write(one, {"a": {"1": "one"}})
    acquired(one)
    assert tables(other, "a") == {"a": {}}
    write(other, {"a": {"1": "other"}})
    acquired(other)
    assert tables(one, "a") == {"a": {"1": "one"}}


def test_another_instance_reads_what_was_written(place):
    """History outlives the object that wrote it, and leases bind all."""
    write(place.open(), {"a": {"1": "one"}})
    acquired(place.open())
    assert tables(place.open(), "a") == {"a": {"1": "one"}}
    assert place.open().acquire("probe", LONG) is None


def test_200_threads_get_one_lease(any_store):
    """All ask at the same moment."""
    start = threading.Barrier(200)
    got: list[str] = []

    def ask():
        start.wait()
        try:
            got.append("won" if any_store.acquire("race", LONG) else "lost")
        except StoreError as error:
            got.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(got) == {"won": 1, "lost": 199}


def test_8_processes_get_one_lease(place):
    """On a place that nobody has used before."""
    start = time.time() + 2
    children = [place.child("race", start) for _ in range(8)]
    said = [child.communicate(timeout=60)[0].decode().strip() for child in children]
    assert Counter(said) == {"won": 1, "lost": 7}


def test_a_holder_frozen_past_its_lease_changes_nothing(place):
    """Its commit is refused after another took over."""
    seconds = 1.0
    child = place.child("hold", seconds)
    assert child.stdout
    assert child.stdout.read(1) == b"x"
    child.send_signal(signal.SIGSTOP)
    time.sleep(seconds + 0.2)
    write_under = acquired(place.open())
    assert place.open().commit(write_under, {"a": {"by": "us"}})
    child.send_signal(signal.SIGCONT)
    assert child.communicate(timeout=30)[0].strip() == b"refused"
    assert tables(place.open(), "a") == {"a": {"by": "us"}}


def test_a_reader_never_sees_half_a_commit(place):
    """While another process writes two tables that are always alike."""
    store = place.open()
    child = place.child("flip", 400)
    seen = set()
    while child.poll() is None:
        found = tables(store, "left", "right")
        assert found["left"] == found["right"]
        seen.add(found["left"].get("n"))
    child.communicate()
    assert child.returncode == 0
    assert len(seen) > 10, "the reader was too slow to prove anything"
