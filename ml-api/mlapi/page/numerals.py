"""Numbers as people read them; public/assets/numbers.js writes the same ones in the browser."""

from math import floor, log10

MINUS = "\N{MINUS SIGN}"


def rounded(value: float) -> str:
    """Return an estimate: three significant digits, four from 1,000 on."""
    digits = 4 if abs(value) >= 1000 else 3
    return _written(value, digits - 1 - _magnitude(value), digits)


def rounded_like(value: float, reference: float) -> str:
    """Return an estimate with as many decimals as its reference has when rounded."""
    text = rounded(reference)
    decimals = len(text.partition(".")[2]) if "e" not in text else 3
    return _written(value, decimals, 3)


def exact(value: float) -> str:
    """Return a value that was given: whole numbers in full, others to six significant digits."""
    if value == int(value):
        return _written(value, 0, 6)
    text = _written(value, max(0, 5 - _magnitude(value)), 6)
    return text if "e" in text else text.rstrip("0").rstrip(".")


def brief(value: float) -> str:
    """Return a value that is marked on an axis: from 10,000 on in thousands or millions, if that is exact."""
    for size, letter in ((1_000_000, "M"), (1000, "k")):
        if abs(value) >= max(size, 10_000) and value % (size / 100) == 0:
            return f"{exact(value / size)}{letter}"
    return exact(value)


def percent(share: float) -> str:
    """Return a share as a percentage; only what is exactly all or nothing is called so."""
    if share in (0, 1):
        return f"{share:.0%}"
    if not 0.001 <= share <= 0.999:
        return "< 0.1%" if share < 0.5 else "> 99.9%"
    return f"{share:.1%}"


def file_size(size: int) -> str:
    """Return a number of bytes in the unit that fits."""
    if size < 1000:
        return f"{size} bytes"
    return f"{rounded(size / 1000)} kB" if size < 1_000_000 else f"{rounded(size / 1_000_000)} MB"


def _magnitude(value: float) -> int:
    return floor(log10(abs(value))) if value else 0


def _written(value: float, decimals: int, digits: int) -> str:
    size = abs(value)
    if size and not 1e-4 <= size < 1e15:
        return f"{value:.{digits - 1}e}".replace("-", MINUS)
    value = round(value, decimals)
    # Four digits are read at a glance, and a year must not get a comma.
    comma = "," if abs(value) >= 10_000 else ""
    return f"{value:{comma}.{max(0, decimals)}f}".replace("-", MINUS)
