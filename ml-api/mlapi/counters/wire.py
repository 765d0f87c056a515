"""A flush outside this process: checked first, then bytes that any store keeps as they are."""

import re
from collections.abc import Iterable

from mlapi.counters import MOST, Claim, Flush, Increments, StoreError, Verdict

LETTERS: dict[Verdict, str] = {"counted": "c", "repeated": "r", "full": "f"}
VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def check(increments: Increments, claims: Iterable[Claim] = ()) -> None:
    """Raise ValueError unless every amount is a whole number from 1 to MOST and every claim can be kept."""
    if not _are_sound(increments):
        wrong = next(field for field, amount in increments.items() if not _are_sound({field: amount}))
        raise ValueError(f"{wrong!r} must be a text that grows by a whole number from 1 to {MOST}")
    for claim in claims:
        if not DAY.fullmatch(claim.day) or not claim.id or type(claim.most) is not int:
            raise ValueError("a claim needs a day (YYYY-MM-DD), an id, and how many ids its day may have")
        check(claim.increments)


def _are_sound(increments: Increments) -> bool:
    # Whole collections at once: every request comes through here, twice.
    amounts = increments.values()
    return not increments or (
        {str}.issuperset(map(type, increments))
        and {int}.issuperset(map(type, amounts))
        and min(amounts) >= 1
        and max(amounts) <= MOST
    )


def check_flush(flush: Flush) -> None:
    """Raise StoreError for a flush that no store may apply, not even in part."""
    try:
        if flush.sequence < 1:
            raise ValueError("sequences begin with 1")
        check(flush.increments, flush.claims)
    except ValueError as error:
        raise StoreError(f"this can't be counted: {error}") from error


def to_letters(verdicts: Iterable[Verdict]) -> str:
    """Return one letter per verdict, as a store keeps them beside a sequence."""
    return "".join(LETTERS[verdict] for verdict in verdicts)


def from_letters(letters: str) -> tuple[Verdict, ...]:
    """Return what `to_letters` was given. Raises StoreError for anything else."""
    try:
        return tuple(VERDICTS[letter] for letter in letters)
    except KeyError as error:
        raise StoreError("what the store kept is damaged") from error


def to_bytes(text: str) -> bytes:
    """Encode any text, also lone surrogates, which a card's categories may hold and UTF-8 proper refuses."""
    return text.encode("utf-8", "surrogatepass")


def from_bytes(data: bytes) -> str:
    """Decode what `to_bytes` made. Raises StoreError for anything else."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise StoreError("what the store kept is damaged") from error
