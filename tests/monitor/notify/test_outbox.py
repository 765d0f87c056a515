"""What waits to be told: one message for each beginning and each end, for every channel."""

import json

import pytest

from monitor import outbox
from monitor.alerts import Alert

BOTH = ("a", "b")


def alert(name="EndpointDown", subject="", state="firing", severity="critical"):
    """Return an alert that began at second 100."""
    return Alert(
        name=name, subject=subject, severity=severity, state=state, since=100.0, summary="It is down."
    )


def after(table, changes):
    """Return a table after changes."""
    return {field: text for field, text in {**table, **changes}.items() if text is not None}


def told(*steps, channels=BOTH):
    """Return the table after steps, each a list of alerts as a probe leaves them."""
    table, before = {}, []
    for at, now in enumerate(steps, 200):
        table, before = after(table, outbox.recorded(table, before, now, channels, float(at))), now
    return table


def kinds(table, channels=BOTH):
    """Return what waits, in order."""
    return [(each.kind, each.alert["name"], each.left) for each in outbox.waiting(table, channels)]


PENDING = alert(state="pending")
STEPS = {
    "nothing": ([[]], []),
    "pending": ([[PENDING]], []),
    "began": ([[PENDING], [alert()]], ["firing"]),
    "goes on": ([[alert()], [alert()]], ["firing"]),
    "is over": ([[alert()], []], ["firing", "resolved"]),
    "pending is over": ([[PENDING], []], []),
    "twice": ([[alert()], [], [alert()]], ["firing", "resolved", "firing"]),
    "two subjects": ([[alert(), alert(subject="penguins 1")]], ["firing", "firing"]),
}


@pytest.mark.parametrize(("steps", "expected"), STEPS.values(), ids=STEPS)
def test_one_message_when_it_fires_and_one_when_it_is_over(steps, expected):
    """Pending alone is told to nobody."""
    assert [kind for kind, _, _ in kinds(told(*steps))] == expected


def test_a_message_stays_until_every_channel_took_it():
    """Each channel is taken off by itself."""
    table = told([alert()])
    (message,) = outbox.waiting(table, BOTH)
    rest, change = outbox.taken(message, "a")
    table = after(table, change)
    assert (rest.left, kinds(table)) == (("b",), [("firing", "EndpointDown", ("b",))])
    _, change = outbox.taken(rest, "b")
    assert after(table, change) == {}


def test_what_waits_is_not_written_again_by_the_next_probe():
    """Somebody may have sent it meanwhile: written again, it would be sent twice."""
    table = told([alert()])
    assert outbox.recorded(table, [alert()], [alert()], BOTH, 300.0) == {}


def test_a_channel_that_was_taken_away_is_waited_for_no_more():
    """And without any channel nothing waits."""
    table = told([alert()])
    assert kinds(table, ("b",)) == [("firing", "EndpointDown", ("b",))]
    assert set(outbox.recorded(table, [], [], (), 300.0).values()) == {None}
    assert told([alert()], channels=()) == {}


def test_a_channel_that_failed_rests():
    """And a clock that was set back does not make it rest for ever."""
    table = told([alert()])
    failures = after({}, outbox.failed({}, "a", 500.0))
    assert outbox.due(table, failures, BOTH, 501.0) == ["b"]
    assert outbox.due(table, failures, BOTH, 530.0) == ["a", "b"]
    assert outbox.due(table, failures, BOTH, 400.0) == ["a", "b"]


def test_a_channel_fails_since_its_first_failure():
    """Until it takes a message."""
    once = after({}, outbox.failed({}, "a", 500.0))
    twice = after(once, outbox.failed(once, "a", 600.0))
    assert outbox.failing(twice, BOTH) == [outbox.Failing("a", 500.0, 600.0)]


def test_of_too_many_messages_the_oldest_go():
    """A channel that is broken for ever must not fill the store."""
    steps = [[alert(subject=str(number))] for number in range(outbox.MOST)]
    table = told(*steps)
    assert len(table) == outbox.MOST
    newest = [each.alert["subject"] for each in outbox.waiting(table, BOTH)][-2:]
    assert newest == [str(outbox.MOST - 1), str(outbox.MOST - 2)]  # One began, one is over.


DAMAGED = (
    "",
    "{}",
    "[]",
    "null",
    '{"alert": 1}',
    '{"alert": {}, "kind": "x", "at": 1, "left": []}',
    "[" * 9999,
)


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_what_is_no_message_is_cleared_away(text):
    """Another release wrote it, or it is damaged."""
    assert outbox.waiting({"x": text}, BOTH) == []
    assert outbox.recorded({"x": text}, [], [], BOTH, 1.0) == {"x": None}
    assert outbox.failing({"a": text}, BOTH) == []


def test_a_message_says_what_since_when_and_of_which_api():
    """In words for people."""
    table = told([alert()], [])
    fired, over = outbox.waiting(table, BOTH)
    assert outbox.title(fired) == "Firing: EndpointDown (critical)"
    assert outbox.body(fired, "https://x.test").splitlines() == [
        "It is down.",
        "Since 1970-01-01T00:01:40Z.",
        "API: https://x.test",
    ]
    assert outbox.title(over) == "Resolved: EndpointDown (critical)"
    assert "It lasted from 1970-01-01T00:01:40Z to 1970-01-01T00:03:21Z." in outbox.body(over, "")
    assert json.loads(table[fired.field])["took"] == []


@pytest.mark.parametrize("mark", ["<!channel> look", "@everyone", "<a href=x>"])
def test_words_of_the_api_call_nobody(mark):
    """Its health report may say anything, and rooms are called by words."""
    fired = alert() | {"summary": f"its health report says unhealthy: {mark}"}
    (message,) = outbox.waiting(told([fired]), BOTH)
    assert not set("<>@") & set(outbox.body(message, "https://x.test"))


def test_a_channel_whose_address_was_corrected_gets_what_waits():
    """It is another channel to the store, and the one that is gone is waited for no more."""
    table = told([alert()])
    (message,) = outbox.waiting(table, BOTH)
    table = after(table, outbox.taken(message, "b")[1])
    assert kinds(table, ("corrected", "b")) == [("firing", "EndpointDown", ("corrected",))]
    # Nor does a monitor that is still running with the old addresses clear it away.
    assert after(table, outbox.recorded(table, [alert()], [alert()], BOTH, 300.0)) == table


def test_a_clock_that_was_set_back_changes_no_order():
    """An end must not be told before its beginning."""
    table = after({}, outbox.recorded({}, [], [alert()], BOTH, 5000.0))
    table = after(table, outbox.recorded(table, [alert()], [], BOTH, 300.0))
    assert [kind for kind, _, _ in kinds(table)] == ["firing", "resolved"]


def test_a_channel_that_goes_on_failing_is_tried_less_and_less():
    """One that reaches some of its people and then says that it failed would tell those twice a minute."""
    table, failures, now, tries = told([alert()]), {}, 1000.0, []
    while now < 1000 + 7200:
        if outbox.due(table, failures, ("a",), now):
            tries.append(now - 1000)
            failures = after(failures, outbox.failed(failures, "a", now))
        now += 1
    assert tries[:6] == [0, 30, 60, 120, 240, 480]
    assert tries[-1] - tries[-2] == outbox.LONGEST * outbox.RETRY
