"""Windows of time: by the clock, one count for each caller, no more memory than is allowed."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mlapi.access import windows
from mlapi.access.limits import Limit
from mlapi.access.windows import MemoryWindows, window

MINUTE = Limit(5, 60)


def test_a_window_ends_when_the_next_begins(clock):
    """For as long as the limit says."""
    first = window(MINUTE, "a", clock())
    assert 0 < first.left <= 60
    clock.now += first.left - 1e-3
    assert window(MINUTE, "a", clock()).number == first.number
    clock.now += 2e-3
    assert window(MINUTE, "a", clock()).number == first.number + 1
    assert window(MINUTE, "a", clock()).left == pytest.approx(60, abs=0.01)


def test_callers_do_not_all_begin_at_once(clock):
    """Else all that were refused would come back in the same second."""
    begins = {round(window(MINUTE, f"caller {n}", clock()).left) for n in range(200)}
    assert len(begins) > 40


def test_each_caller_and_each_limit_has_a_count_of_its_own(clock):
    """And a new window a new one."""
    memory, second = MemoryWindows(), Limit(1, 1)

    def hit(caller):
        return memory.hit([window(limit, caller, clock()) for limit in (MINUTE, second)])

    assert [hit("a"), hit("a"), hit("b")] == [[1, 1], [2, 2], [1, 1]]
    clock.now += 1
    assert hit("a")[1] == 1
    clock.now += 60
    assert hit("a") == [1, 1]


def test_no_more_callers_are_kept_than_fit(clock):
    """However many addresses a stranger has; who calls all the time stays."""
    memory = MemoryWindows()
    for n in range(3 * windows.MOST):
        memory.hit([window(MINUTE, f"caller {n}", clock())])
    assert len(memory._counts) == windows.MOST
    assert memory.hit([window(MINUTE, f"caller {n}", clock())]) == [2]


def test_no_call_of_many_threads_is_missed(clock):
    """Each counts once."""
    memory, together = MemoryWindows(), threading.Barrier(8)

    def hit(_):
        together.wait(30)
        return [memory.hit([window(MINUTE, "a", clock())])[0] for _ in range(500)]

    with ThreadPoolExecutor(8) as pool:
        counts = [count for found in pool.map(hit, range(8)) for count in found]
    assert sorted(counts) == list(range(1, 4001))


def test_a_forked_child_does_not_wait_for_a_lock_of_its_parent(clock):
    """A thread that holds it doesn't live there."""
    memory = MemoryWindows()
    with memory._lock:
        child = os.fork()
        if child == 0:
            os._exit(memory.hit([window(MINUTE, "a", clock())])[0])
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
