"""What several tools take on the command line; a value that can't be used ends them with exit code 2."""

import argparse
import math
import re
from urllib.parse import urlsplit

DEFAULT_URL = "http://127.0.0.1:8000"
MOST = 1e9
"""Of seconds and the like; there is no waiting for much more."""

_ADDRESS = re.compile(r"[!-~]+")


class Parser(argparse.ArgumentParser):
    """A parser whose help ends with an example as it was written."""

    def __init__(self, *, description: str, example: str) -> None:
        super().__init__(
            description=description,
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )


def port(text: str) -> int:
    """Return a TCP port."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to 65535")
    return int(text)


def base_url(text: str) -> str:
    """Return the address of an API, without a slash at its end."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if "@" in text:  # Not repeated: it would stand in logs, as it would with every message later.
        raise argparse.ArgumentTypeError("an address with a user's name or password is not taken")
    if not usable or {"?", "#"} & {*text} or not _ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address like {DEFAULT_URL}")
    return text.rstrip("/")


def seconds(text: str) -> float:
    """Return a duration, 0 or more."""
    return _number(text, "no number of seconds, 0 or more", least=0)


def above_zero(text: str) -> float:
    """Return a number above 0."""
    number = _number(text, "no number above 0", least=0)
    if number == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def whole(text: str) -> int:
    """Return a whole number, 1 or more."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def share(text: str) -> float:
    """Return a share from 2% or 0.02."""
    number = _number(text.removesuffix("%"), "no share like 2% or 0.02", least=0)
    number = number / 100 if text.endswith("%") else number
    if number > 1:
        raise argparse.ArgumentTypeError(f"{text!r} is more than 100%")
    return number


def _number(text: str, otherwise: str, *, least: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= least):
        raise argparse.ArgumentTypeError(f"{text!r} is {otherwise}")
    if number > MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is more than {MOST:,.0f}")
    return number
