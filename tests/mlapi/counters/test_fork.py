"""A process that forks counts exactly, in parent and children, whatever its threads do at that moment."""

import os
import subprocess
import sys
from contextlib import closing

from tests.mlapi.counters.child import ACKNOWLEDGED, CHILDREN, ROUNDS
from tests.mlapi.counters.places import FAILURES, LATE, ROOT, finish, open_store, start_child


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


FORKS = """
import os, sys
from pathlib import Path
from mlapi.counters.sqlite import SqliteStore
from tests.mlapi.counters.places import flush

def opened():
    links = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    return sum(os.path.realpath(link) == sys.argv[1] for link in links)

store = SqliteStore(Path(sys.argv[1]))
store.commit(flush(1, {"a": 1}))
assert opened() == 1
child = os.fork()
if not child:
    os._exit(opened())
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "the child holds its parent's file"
store.commit(flush(2, {"a": 1}))
assert store.read() == {"a": 2}
"""


def test_a_child_inherits_no_open_file(tmp_path):
    """SQLite's locks don't survive a fork, and closing the file would take the parent's away."""
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'ml-api'}{os.pathsep}{ROOT}"}
    subprocess.run([sys.executable, "-c", FORKS, tmp_path.resolve() / "counters.sqlite"], env=env, check=True)
