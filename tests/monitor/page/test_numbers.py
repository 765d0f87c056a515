"""Numbers and lengths of time as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.page.numerals import counted, duration, exact, percent, rounded, seconds
from monitor.page.words import sentence, value

SHARES = {
    1: "100%",
    0: "0%",
    0.9999999: "99.99%",
    1 - 1e-15: "99.99%",
    0.9995: "99.95%",
    0.5: "50.00%",
    0.00001: "< 0.01%",
}
TIMES = {0.0002: "< 1 ms", 0.0423: "42 ms", 0.9994: "999 ms", 0.9996: "1.0 s", 1.24: "1.2 s", 120.0: "2 min"}
LENGTHS = {0.4: "0 s", 59.9: "59 s", 75: "1 min 15 s", 3600: "1 h", 7380: "2 h 3 min", 100_000: "1 d 3 h"}
ESTIMATES = {0: "0", 0.861664: "0.862", 12.34: "12.3", 453210.7: "453,211", -0.5: "−0.500", 1e-9: "1.00e−09"}  # noqa: RUF001 - a minus sign, as people write it


@pytest.mark.parametrize(("share", "text"), SHARES.items(), ids=str)
def test_a_share_is_never_better_than_it_was(share, text):
    """Rounded down."""
    assert percent(share) == text


@given(st.floats(0, 1))
def test_only_all_of_it_is_a_hundred_percent(share):
    """And only nothing is zero."""
    assert (percent(share) == "100%") == (share == 1)
    assert (percent(share) == "0%") == (share == 0)


@pytest.mark.parametrize(("length", "text"), TIMES.items(), ids=str)
def test_a_call_is_timed_in_the_unit_that_fits(length, text):
    """Milliseconds below a second."""
    assert seconds(length) == text


@pytest.mark.parametrize(("length", "text"), LENGTHS.items(), ids=str)
def test_a_length_of_time_has_two_units_at_most(length, text):
    """The largest ones."""
    assert duration(length) == text


@pytest.mark.parametrize(("number", "text"), ESTIMATES.items(), ids=str)
def test_an_estimate_has_three_digits(number, text):
    """Whole ones from 100 on."""
    assert rounded(number) == text


@given(st.floats())
def test_any_number_can_be_written(number):
    """Also one that is none."""
    assert rounded(number)
    assert exact(number)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("the connection was refused", "The connection was refused."),
        ("math-score 1 has another sha256", "math-score 1 has another sha256."),
        ("MAIN_API_URL is not set", "MAIN_API_URL is not set."),
        ("Already one.", "Already one."),
        ("", ""),
        ("x" * 1000, "X" + "x" * 298 + "…"),
    ],
    ids=["reason", "name", "variable", "sentence", "empty", "endless"],
)
def test_a_reason_becomes_a_sentence(given_text, expected):
    """A name keeps its spelling."""
    assert sentence(given_text) == expected


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (66.01882115262602, "66.0188"),
        ("Adelie", "Adelie"),
        (None, "nothing"),
        (True, "true"),
        ({"label": "Adelie", "probabilities": {"Adelie": 0.75}}, "Adelie (Adelie 0.75)"),
        ([1, 2], "[1, 2]"),
        (10**400, "1" + "0" * 78 + "…"),
    ],
    ids=["number", "class", "none", "boolean", "probabilities", "list", "endless"],
)
def test_an_answer_is_written_for_people(answer, text):
    """Whatever a model answers."""
    assert value(answer) == text


def test_one_is_not_many():
    """1 row, 2 rows."""
    assert [counted(number, "row") for number in (0, 1, 12_000)] == ["0 rows", "1 row", "12,000 rows"]
