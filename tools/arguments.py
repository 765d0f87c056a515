"""What several tools take on the command line; a value that can't be used ends them with exit code 2."""

import argparse
import math
import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from tools.terminal import printable

DEFAULT_URL = "http://127.0.0.1:8000"
MOST = 1e9
"""Of seconds and the like; there is no waiting for much more."""
WIDTH = 79
LONGEST = 1_000

_ADDRESS = re.compile(r"[!-~]+")
_INTEGER = re.compile(r"-?[0-9]{1,12}")


class Parser(argparse.ArgumentParser):
    """A parser whose help ends with an example to copy, and which says in one line what is wrong.

    example: a whole command, as `python tools/replay.py --csv rows.csv` or `make soak MINUTES=5`;
    prog: what to call the command where the example does not begin with it.
    """

    def __init__(self, *, description: str, example: str, prog: str | None = None, **others: Any) -> None:
        super().__init__(
            prog=as_typed(prog or _command(example)),
            description=textwrap.fill(description, WIDTH),
            epilog=f"example:\n  {as_typed(example)}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            **others,
        )

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line."""
        self.exit(
            2, f"error: {printable(message, LONGEST).rstrip('.')}; {self.prog} --help shows what there is\n"
        )


def as_typed(command: str) -> str:
    """Return a command with the Python that was typed, so that it can be copied; a long path stays out."""
    first, _, rest = command.partition(" ")
    python = sys.orig_argv[0]
    return f"{python} {rest}" if first == "python" and not Path(python).is_absolute() else command


def _command(example: str) -> str:
    words = example.split()
    return " ".join(words[: 3 if words[1] == "-m" else 2])


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


def integer(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number within bounds."""

    def read(text: str) -> int:
        if not (_INTEGER.fullmatch(text) and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most}")
        return int(text)

    return read


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
