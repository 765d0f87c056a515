"""True values, refusals by row, and patience: the parts of a replay that need no network."""

import pytest

from tests.tools.cards import BIRD, card
from tools.client import NoReply, Reply
from tools.replaying import refused, truth
from tools.replaying.patience import Patience, wait
from tools.terminal import ToolError


def reply(status, body=None, **headers):
    """Return an answer."""
    return Reply(status, "", body, 0.1, headers)


@pytest.mark.parametrize("cell", ["", "cheap", "nan", "inf", "1e999"])
def test_a_true_value_of_a_regression_is_a_number(cell):
    """Anything else is an error that names the target."""
    with pytest.raises(truth.NoTruth, match="price"):
        truth.read(cell, card())


@pytest.mark.parametrize(
    ("classes", "cell", "expected"),
    [
        (["a", "b"], "b", "b"),
        ([1, 2], "2", 2),
        ([False, True], "true", True),
        ([False, True], "False", False),
    ],
    ids=["text", "number", "truth as JSON", "truth as Python"],
)
def test_a_true_class_has_the_type_that_the_card_gives_it(classes, cell, expected):
    """A CSV knows text alone."""
    found = truth.read(cell, card(BIRD, output={"name": "species", "classes": classes}))
    assert found == expected
    assert type(found) is type(expected)


def test_a_class_that_the_model_has_not_is_no_truth():
    """The row is an error then."""
    with pytest.raises(truth.NoTruth):
        truth.read("d", card(BIRD))


def test_answers_show_as_numbers():
    """A class as its position in the card's list."""
    assert truth.as_number(card(), 12) == 12.0
    assert [truth.as_number(card(BIRD), name) for name in "abc"] == [0, 1, 2]


def problem(*errors):
    """Return a refusal that lists faults."""
    listed = [{"pointer": pointer, "detail": detail} for pointer, detail in errors]
    return reply(422, {"type": "urn:tandem:problem:invalid-input", "detail": "Faults.", "errors": listed})


def test_a_refusal_names_its_rows():
    """Each with all its reasons; the line of the piece that was sent is left out."""
    said = problem(
        ("/0/rooms", "line 2: must be a number"),
        ("/2", "has a key"),
        ("/2/a~1b", "is required"),
        ("/9/x", "y"),
    )
    assert refused.by_row(said, 3) == {
        0: {"rooms: must be a number"},
        2: {"has a key", "a/b: is required"},
    }


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"errors": None}, {"errors": [1]}, {"errors": [{"pointer": "", "detail": "all bad"}]}],
    ids=["no body", "list", "empty", "null", "numbers", "no row"],
)
def test_a_refusal_that_names_no_row_is_all_rows(body):
    """So that no batch is sent without end."""
    found = refused.by_row(reply(422, body), 2)
    assert found.keys() == {0, 1}
    assert all(len(reasons) == 1 for reasons in found.values())


class Clock:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


def patient(seconds, *answers):
    """Ask through a list of answers; return the clock, what was said, and a function that asks."""
    clock, said, left = Clock(), [], list(answers)

    def call() -> Reply:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    patience = Patience(seconds, clock, clock.sleep, said.append)
    return clock, said, lambda: patience(call)


def test_it_waits_for_an_api_that_is_away():
    """Longer each time; it says so once, and once that it is back."""
    clock, said, ask = patient(60, NoReply("the connection was refused"), NoReply("lost"), reply(200))
    assert ask().status == 200
    assert clock.slept == [0.5, 1.0]
    assert said == ["waiting: the connection was refused", "answered again after 2 s"]


def test_it_waits_as_long_as_the_api_asks():
    """Retry-After in seconds; another form of it is as if there were none."""
    late = {"Retry-After": "7"}, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}
    clock, _, ask = patient(60, *(reply(503, None, **each) for each in late), reply(200))
    assert ask().status == 200
    assert clock.slept == [7.0, 1.0]


@pytest.mark.parametrize("status", [200, 400, 404, 422, 500])
def test_other_answers_are_answers(status):
    """They come back as they are, without a pause."""
    clock, said, ask = patient(60, reply(status))
    assert ask().status == status
    assert (clock.slept, said) == ([], [])


@pytest.mark.parametrize(("status", "kind"), [(503, "no-receipts"), (429, "feedback-full")])
def test_what_no_waiting_solves_is_an_answer(status, kind):
    """A day's Retry-After would stop the replay."""
    said = reply(status, {"type": f"urn:tandem:problem:{kind}"}, **{"Retry-After": "86400"})
    assert patient(60, said)[2]() is said


def test_patience_ends():
    """Before a pause that would pass it, and with the flag that lengthens it."""
    clock, _, ask = patient(2, *[NoReply("the connection was refused")] * 9)
    with pytest.raises(ToolError, match=r"refused.*--patience"):
        ask()
    assert sum(clock.slept) <= 2


def test_pauses_grow_to_a_bound():
    """However often."""
    assert [wait(turn, 0) for turn in (0, 1, 2, 100)] == [0.5, 1, 2, 30]
