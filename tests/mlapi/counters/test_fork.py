"""A process that forks counts exactly, in parent and children, whatever its threads do at that moment."""

from contextlib import closing

from tests.mlapi.counters.child import ACKNOWLEDGED, CHILDREN, ROUNDS
from tests.mlapi.counters.places import FAILURES, LATE, finish, open_store, start_child


def test_parent_and_children_count_for_themselves(place):
    """Nothing is lost or doubled, and every child is another instance with its own connections."""
    said = finish(place.child("fork"))
    found = place.open().read()
    assert set(said) == set(ACKNOWLEDGED)
    assert found.pop("all") == sum(found.values())
    assert found.pop("parent") == len(said)
    assert found == {f"child {number}": ROUNDS for number in range(CHILDREN)}


def test_a_child_leaves_to_its_parent_what_is_kept(own_redis):
    """It begins with nothing pending, nothing in doubt, and a closed breaker."""
    child = start_child("redis", own_redis.url(), "keep")
    assert child.stdout
    assert child.stdout.read(1) == ACKNOWLEDGED
    own_redis.start()
    finish(child, b"x")
    with closing(open_store("redis", own_redis.url())) as store:
        assert store.read() == {"parent": 1, FAILURES: 1, LATE: 1}
