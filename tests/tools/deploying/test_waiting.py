"""How long an address may be late, and what a person is told meanwhile."""

import itertools
import re
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.tools.on_a_terminal import on_a_terminal, terminal_env
from tools.client import Reply
from tools.deploying.waiting import Answer, Patience, is_guarded, patience, patiently, waited

READY = Reply(200, "", None, 0.1)
NOT_YET = Reply(404, "", None, 0.1)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(Reply(401, "<html>", None, 0.1), True, id="asks-who-is-there"),
        pytest.param(
            Reply(302, "", None, 0.1, {"Location": "https://vercel.com/sso-api?url=x"}), True, id="sso"
        ),
        pytest.param(Reply(302, "", None, 0.1, {"Location": "/login"}), False, id="another-redirect"),
        pytest.param(Reply(401, "{}", {"title": "Unauthorized"}, 0.1), False, id="the-apis-own"),
        pytest.param(NOT_YET, False, id="not-there"),
    ],
)
def test_the_platforms_own_answer_is_known(reply, expected):
    """It is not the app that refuses."""
    assert is_guarded(reply) == expected


def told(answers: Iterator[Answer]) -> Callable[[], Answer]:
    """Return what gives one answer after another."""
    return lambda: next(answers)


def test_an_address_may_be_a_moment_late():
    """Then it is asked again, and each time what came is shown with the time that went by."""
    slept: list[float] = []
    shown: list[tuple[float, str]] = []
    ask = told(iter(["no answer", NOT_YET, READY]))
    clock = itertools.count(1).__next__

    def show(gone: float, text: str) -> None:
        shown.append((gone, text))

    assert patiently(ask, "API /livez", Patience(60, 60), show, clock, slept.append) == READY
    assert slept == [1, 1]
    assert shown == [(1, "API /livez, 1 of 60 s: no answer"), (2, "API /livez, 2 of 60 s: status 404")]


def test_patience_ends():
    """With the last answer, and without a pause that reaches beyond it."""
    times = iter([0.0, 59.5, 60.0])
    slept: list[float] = []
    ask = told(itertools.repeat("no answer"))
    gave = patiently(ask, "a", Patience(60, 60), lambda *_: None, lambda: next(times), slept.append)
    assert (gave, slept) == ("no answer", [1, 0.5])


def test_a_guard_is_not_waited_for():
    """It stays until a person does something."""
    guard = Reply(401, "<html>", None, 0.1)
    assert waited("API /livez", "https://a.example/livez", told(iter([guard])), patience(60)) == guard


@pytest.mark.parametrize(
    ("seconds", "says"), [(60, "for up to 60 s ..."), (0, "once ...")], ids=["patient", "no-time-left"]
)
def test_where_it_is_no_terminal_a_line_says_for_what(seconds, says, capsys):
    """On stderr, so that a file holds findings alone."""
    waited("API /livez", "https://a.example/livez", told(iter([READY])), patience(seconds))
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"asking https://a.example/livez, {says}\n")


LATE = """
from tools.client import Reply
from tools.deploying.waiting import patience, waited
answers = iter([Reply(404, "", None, 0.1), Reply(200, "", None, 0.1)])
print(waited("API /livez", "https://a.example/livez", lambda: next(answers), patience(60)).status)
"""


def test_a_terminal_sees_how_much_patience_is_left():
    """As a bar that is gone at the end; the cursor is there again."""
    code, shown = on_a_terminal([sys.executable, "-c", LATE], terminal_env())
    assert code == 0, shown
    assert re.search(r"API /livez, \d+ of 60 s: st", shown), shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert shown.rstrip().endswith("200")


def test_a_terminal_that_wants_it_plain_gets_it_so():
    """NO_COLOR is heeded."""
    code, shown = on_a_terminal([sys.executable, "-c", LATE], terminal_env(NO_COLOR="1"))
    assert (code, shown) == (0, "asking https://a.example/livez, for up to 60 s ...\r\n200\r\n")
