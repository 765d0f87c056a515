"""What may leave this process, and what may come back."""

import pytest

from mlapi.counters import MOST, Claim, StoreError
from mlapi.counters.wire import check, check_flush, from_bytes, from_letters, to_bytes, to_letters
from tests.mlapi.counters.places import TODAY, claim, flush


@pytest.mark.parametrize("amount", [1, 2, MOST - 1, MOST], ids=str)
def test_whole_numbers_up_to_the_most_may_be_counted(amount):
    """In increments and in claims."""
    check({"a": amount}, [claim("x", {"b": amount})])


@pytest.mark.parametrize("amount", [0, -1, MOST + 1, 1.0, True, "1", None], ids=repr)
def test_another_amount_is_named_by_its_counter(amount):
    """Among those that may be counted, wherever it stands."""
    for increments in ({"a": 1, "b": amount, "c": 1}, {"b": amount}):
        with pytest.raises(ValueError, match=rf"^'b' must be a text that grows .* from 1 to {MOST}$"):
            check(increments)
        with pytest.raises(ValueError, match=r"^'b' must be a text"):
            check({"a": 1}, [claim("x"), claim("y", increments)])


@pytest.mark.parametrize("name", [1, None, b"a", ("a",)], ids=repr)
def test_a_name_that_is_no_text_is_told(name):
    """No store could keep it."""
    with pytest.raises(ValueError, match="must be a text"):
        check({"a": 1, name: 1})


def test_nothing_may_be_counted():
    """It is how a store is tried."""
    check({})
    check({}, [claim("x", {})])


@pytest.mark.parametrize("most", [0, 1, -1, 10**9])
def test_a_day_may_have_any_number_of_ids(most):
    """None at all included."""
    check({}, [claim("x", most=most)])


@pytest.mark.parametrize(
    "bad",
    [
        Claim("2024-05-1", "x", 1, {}),
        Claim(f"{TODAY}\n", "x", 1, {}),
        Claim(f" {TODAY}", "x", 1, {}),
        Claim("\N{FULLWIDTH DIGIT TWO}024-05-01", "x", 1, {}),
        Claim(TODAY, "", 1, {}),
        Claim(TODAY, "x", 1.0, {}),
        Claim(TODAY, "x", False, {}),
    ],
    ids=["short", "line", "blank", "wide digits", "no id", "float", "bool"],
)
def test_a_claim_that_no_store_could_keep_is_told(bad):
    """Also behind one that could be kept."""
    with pytest.raises(ValueError, match=r"^a claim needs a day \(YYYY-MM-DD\), an id"):
        check({"a": 1}, [claim("y"), bad])


@pytest.mark.parametrize("sequence", [0, -1])
def test_sequences_begin_with_one(sequence):
    """A store that knows no instance takes it to be at 0."""
    check_flush(flush(1))
    with pytest.raises(StoreError, match=r"^this can't be counted: sequences begin with 1$"):
        check_flush(flush(sequence))


def test_verdicts_come_back_as_they_went():
    """One letter each."""
    verdicts = ("counted", "repeated", "full", "counted")
    assert to_letters(verdicts) == "crfc"
    assert from_letters("crfc") == verdicts
    assert from_letters("") == ()


@pytest.mark.parametrize("letters", ["x", "cx", "C", " "])
def test_another_letter_is_damage(letters):
    """It is no verdict that anybody gave."""
    with pytest.raises(StoreError, match=r"^what the store kept is damaged$"):
        from_letters(letters)


def test_any_text_comes_back():
    """Halves of characters too."""
    for text in ("", "größe", "a\0b", "\ud800", "😀"):
        assert from_bytes(to_bytes(text)) == text


def test_bytes_that_no_text_made_are_damage():
    """They are not guessed at."""
    with pytest.raises(StoreError, match=r"^what the store kept is damaged$"):
        from_bytes(b"\xff")
