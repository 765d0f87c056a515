"""Numbers as people read them: never better than they were."""

from math import floor, isfinite, log10

MINUS = "\N{MINUS SIGN}"
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def rounded(value: float) -> str:
    """Return an estimate with three significant digits, and whole thousands in full."""
    if not isfinite(value):
        return "not a number"
    size = abs(value)
    if size and not 1e-4 <= size < 1e15:
        return f"{value:.2e}".replace("-", MINUS)
    decimals = 0 if size >= 100 else 2 - (floor(log10(size)) if size else 2)
    return _grouped(value, max(0, decimals))


def exact(value: float) -> str:
    """Return a value that was given: whole numbers in full, others to six significant digits."""
    if not isfinite(value):
        return "not a number"
    if value == int(value) and abs(value) < 1e15:
        return _grouped(value, 0)
    return f"{value:.6g}".replace("-", MINUS)


def percent(share: float, decimals: int = 2) -> str:
    """Return a share rounded down, so that only all of it is called 100%."""
    if share >= 1 or share <= 0:
        return "100%" if share >= 1 else "0%"
    steps = 100 * 10**decimals
    # What a float lacks of the number that was meant must not cost a whole step.
    down = min(floor(share * steps + 1e-9), steps - 1) / 10**decimals
    least = 10**-decimals
    return f"{down:.{decimals}f}%" if down >= least else f"< {least:.{decimals}f}%"


def seconds(value: float) -> str:
    """Return how long a call took: 42 ms, 1.2 s."""
    if value < 0.001:
        return "< 1 ms"
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 99.95 else duration(value)


def duration(value: float) -> str:
    """Return a length of time in its two largest units: 26 s, 1 min 15 s, 3 h, 2 d 4 h."""
    whole = max(0, int(value))
    for at, (unit, size) in enumerate(_UNITS):
        if whole >= size and unit != "s":
            smaller, small = _UNITS[at + 1]
            rest = whole % size // small
            return f"{whole // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: 1 row, 2 rows."""
    return f"{exact(number)} {one if number == 1 else many or one + 's'}"


def _grouped(value: float, decimals: int) -> str:
    # Four digits are read at a glance, and a year must not get a comma.
    comma = "," if round(abs(value), decimals) >= 10_000 else ""
    return f"{round(value, decimals) + 0.0:{comma}.{decimals}f}".replace("-", MINUS)
