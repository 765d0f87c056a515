"""Texts as a sentence needs them; what came from the API is cut, never trusted to be short."""

from typing import Any

from monitor.page.numerals import exact

MOST = 300


def sentence(text: str) -> str:
    """Return a reason as a sentence: a capital first, a full stop last."""
    text = cut(text.strip(), MOST)
    if not text:
        return ""
    # A name that starts it, such as math-score or MAIN_API_URL, keeps its spelling where it is one.
    first = text.split(maxsplit=1)[0]
    start = text[0] if any(sign in first for sign in "-_/.:0123456789") else text[0].upper()
    return start + text[1:] + ("" if text[-1] in ".!?\N{HORIZONTAL ELLIPSIS}" else ".")


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def name_for_people(name: str) -> str:
    """Return an identifier as words: data_ingestion is Data ingestion."""
    words = " ".join(name.replace("_", " ").split())
    return words[:1].upper() + words[1:] if words else name


def value(given: Any) -> str:
    """Return an answer for people: a number, a class, or a class with its probabilities."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int) and abs(given) >= 10**15:
        return cut(str(given), 80)  # It may be too large for a float.
    if isinstance(given, int | float):
        return exact(given)
    if isinstance(given, dict) and isinstance(given.get("probabilities"), dict):
        chances = ", ".join(f"{name} {value(share)}" for name, share in given["probabilities"].items())
        return cut(f"{given.get('label')} ({chances})", 160)
    return cut(str(given), 80)
