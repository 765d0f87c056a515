"""After a failure nobody waits, and one at a time tries."""

import pytest

from mlapi.counters.breaker import FIRST_PAUSE, LONGEST_PAUSE, Breaker


@pytest.fixture
def breaker(hand):
    """Return one whose clock the test moves."""
    return Breaker(hand)


def test_it_is_closed_until_something_fails(breaker):
    """And tries nothing while it is closed."""
    assert breaker.closed
    assert not breaker.begin_trial()
    breaker.failed()
    assert not breaker.closed


def test_a_trial_waits_for_the_pause_and_is_alone(breaker, hand):
    """Nobody else tries meanwhile."""
    breaker.failed()
    assert not breaker.begin_trial()
    hand.at += FIRST_PAUSE
    assert [breaker.begin_trial() for _ in range(3)] == [True, False, False]
    assert not breaker.closed


def test_a_success_closes_it(breaker, hand):
    """And the next failure begins with the first pause again."""
    for _ in range(2):
        breaker.failed()
        hand.at += FIRST_PAUSE
        assert breaker.begin_trial()
        breaker.succeeded()
        assert breaker.closed


def test_pauses_double_up_to_the_longest(breaker, hand):
    """1, 2, 4 ... 30 seconds."""
    breaker.failed()
    pauses = []
    for _ in range(7):
        start = hand.at
        while not breaker.begin_trial():
            hand.at += 0.5
        pauses.append(hand.at - start)
        breaker.failed()
    assert pauses == [1, 2, 4, 8, 16, 30, LONGEST_PAUSE]


def test_failures_of_calls_that_began_earlier_change_nothing(breaker, hand):
    """Ten requests that hang together make one pause."""
    for _ in range(10):
        breaker.failed()
    hand.at += FIRST_PAUSE
    assert breaker.begin_trial()
