"""How goldens are spoken of. Pure."""

from typing import Any

from monitor.sample import Difference, Goldens


def model(goldens: Goldens) -> str:
    """Return the model's name with its version."""
    return f"{goldens['model']} {goldens['version']}"


def right(goldens: Goldens) -> str:
    """Return that all were answered right, but for the verb: `all 8 goldens of math-score 1`."""
    count = "the one golden" if goldens["total"] == 1 else f"all {goldens['total']} goldens"
    return f"{count} of {model(goldens)}"


def wrong(goldens: Goldens) -> str | None:
    """Return what is wrong with the answers, in one sentence: the goldens, the bundle, or both."""
    said = [said for said in (_differing(goldens), other_bundle(goldens)) if said]
    return ", and ".join(said) or None


def other_bundle(goldens: Goldens) -> str | None:
    """Return that another bundle answered than the one that is known, if so."""
    received, expected = goldens["received_sha256"], goldens["expected_sha256"]
    if received is None or received == expected:
        return None
    return f"{model(goldens)} has sha256 {received[:8]}... where {expected[:8]}... is known"


def _differing(goldens: Goldens) -> str | None:
    count = goldens["total"] - goldens["matching"]
    if goldens["fault"] or not count:
        return None
    first, *others = goldens["differing"]
    named = [f"{first['golden']} ({_both(first)})", *(str(other["golden"]) for other in others)]
    more = ", ..." if count > len(named) else ""
    total = goldens["total"]
    head = f"{count} of {total} goldens of {model(goldens)} {'was' if count == 1 else 'were'} answered wrong"
    return f"{head}: {', '.join(named)}{more}"


def _both(difference: Difference) -> str:
    expected, received = difference["expected"], difference["received"]
    if isinstance(expected, dict):
        return f"{_short(expected['label'])}, but with other probabilities"
    for digits in (4, 6, 9, 17):
        if _short(expected, digits) != _short(received, digits):
            break
    return f"{_short(expected, digits)} expected, {_short(received, digits)} received"


def _short(value: Any, digits: int = 6) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.{digits}g}" if isinstance(value, int | float) else f'"{value}"'
