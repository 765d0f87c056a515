"""How findings look: one line each, plain in a file, and a word for the whole."""

import os
from collections import Counter

import pytest

from tools.deploying import report
from tools.deploying.finding import fault, ok, unchecked, warning
from tools.progress import working


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        pytest.param(ok("a", "is well"), "ok           a                         is well", id="ok"),
        pytest.param(warning("a", "b", "c"), "warning      a                         b -> c", id="warning"),
        pytest.param(
            fault("a", "b\nd\x1b[2J", "c"), "fault        a                         b d [2J -> c", id="fault"
        ),
        pytest.param(unchecked("a", "[b]"), "not checked  a                         [b]", id="not-checked"),
    ],
)
def test_a_finding_is_one_line(finding, expected, capsys):
    """With what to do next at its end; foreign words can't steer the terminal."""
    assert report.line(finding) == expected
    report.show([finding])
    assert capsys.readouterr().out == expected + "\n"


def test_a_long_line_is_not_broken(capsys):
    """What reads it line by line must find it whole."""
    report.show([ok("a", "word " * 60)])
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        pytest.param({"ok": 1}, "Fit to deploy (1 check).", id="all-well"),
        pytest.param({"ok": 2, "warning": 1}, "Fit to deploy (3 checks, 1 warning).", id="one-warning"),
        pytest.param(
            {"ok": 2, "fault": 1, "not checked": 2},
            "Not fit to deploy: 1 fault (5 checks, 2 not made).",
            id="a-fault",
        ),
    ],
)
def test_the_whole_is_one_sentence(tally, expected):
    """Which says what was not looked at."""
    assert report.summary(Counter(tally)) == expected


def test_long_work_is_said_apart_from_findings(capsys):
    """So that a file holds findings alone."""
    with working("building"):
        pass
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "building ...\n")


@pytest.mark.parametrize(
    ("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)], ids=["", "NO_COLOR"]
)
def test_colour_is_for_terminals_that_want_it(variables, coloured, in_terminal):
    """NO_COLOR is heeded."""
    code = "from tools.deploying import report, finding; report.show([finding.ok('a', 'b')])"
    said = in_terminal(["-c", code], {**os.environ, "TERM": "xterm", "NO_COLOR": "", **variables})
    assert ("\x1b[32m" in said.out) == coloured
    assert "ok" in said.out
