"""What the tests do in processes of their own: `child.py KIND ADDRESS TASK`."""

import os
import sys
import threading
import time

from mlapi.counters.ledger import Ledger
from tests.mlapi.counters.places import FAILURES, LATE, open_store

ACKNOWLEDGED, UNSURE = b"x", b"n"
FAMILIES = {"requests": 1, "predictions": 3, "bins{a}": 1, "bins{b}": 2}
THREADS = 2
PAUSE = 0.004  # Twenty such processes would otherwise wait for a processor, not for the store.
CHILDREN, ROUNDS = 4, 50


def count(ledger: Ledger) -> None:
    """Record until killed or orphaned, and say after each call whether it was committed."""
    starter = os.getppid()

    def work() -> None:
        while os.getppid() == starter:
            counted = ledger.record(FAMILIES)
            os.write(1, UNSURE if counted is None else ACKNOWLEDGED)
            ledger.settle()
            time.sleep(PAUSE)

    for _ in range(THREADS):
        threading.Thread(target=work).start()


def fork(ledger: Ledger) -> None:
    """Fork while threads count and something is pending; parent and children count on."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            assert ledger.record({"parent": 1, "all": 1}) == ()
            os.write(1, ACKNOWLEDGED)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    children = [_forked(ledger, str(number)) for number in range(CHILDREN)]
    ended = [os.waitpid(child, 0)[1] for child in children]
    over.set()
    for thread in threads:
        thread.join()
    assert ended == [0] * CHILDREN, ended


def _forked(ledger: Ledger, name: str) -> int:
    child = os.fork()
    if child:
        return child
    try:
        for _ in range(ROUNDS):
            assert ledger.record({f"child {name}": 1, "all": 1}) == ()
        os._exit(0)
    finally:  # Whatever failed is printed by nobody else.
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def keep(ledger: Ledger) -> None:
    """Count while the store is down, fork, and let the child count what it has: nothing of its parent."""
    assert ledger.record({"parent": 1}) is None
    assert not ledger.up
    child = os.fork()
    if not child:
        ledger.settle()
        os._exit(0 if ledger.up and ledger.failures == 0 and ledger.record({"child": 1}) is None else 1)
    assert os.waitpid(child, 0)[1] == 0
    os.write(1, ACKNOWLEDGED)
    sys.stdin.read(1)
    time.sleep(1)
    ledger.settle()
    assert ledger.up


def main(kind: str, address: str, task: str) -> None:
    """Run a task."""
    ledger = Ledger(open_store(kind, address), failure_field=FAILURES, late_field=LATE, patience=10)
    {"count": count, "fork": fork, "keep": keep}[task](ledger)


if __name__ == "__main__":
    main(*sys.argv[1:])
