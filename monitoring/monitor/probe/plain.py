"""Text from outside, made fit to be shown: short, on one line, nothing invisible."""

import unicodedata

QUOTED = 200


def plain(text: str, most: int = QUOTED) -> str:
    """Return a text without control characters, line breaks and half characters, cut to a length."""
    # Cut first: nobody waits for two million characters to be looked at.
    near = text[: 4 * most + 1]
    shown = " ".join("".join(_shown(letter) for letter in near).split())
    return shown if len(shown) <= most and len(text) == len(near) else shown[: most - 1].rstrip() + "…"


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    return " " if category[0] in "CZ" else letter
