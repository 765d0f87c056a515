"""A wall clock of a server's own, which a test may set while the server runs."""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SKEWED = Path(__file__).with_name("skewed")


def environment(clock: Path) -> dict[str, str]:
    """Return what makes a Python process go by a clock, which is right at first.

    What measures durations goes on as it does when a person sets a machine's clock.
    """
    clock.write_bytes(struct.pack("<d", 0.0))
    path = os.pathsep.join([str(SKEWED), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {"TANDEM_CLOCK": str(clock), "PYTHONPATH": path}


def set_by(clock: Path, seconds: float) -> None:
    """Set a clock so far off; its processes see that at once."""
    with clock.open("r+b") as file:
        file.write(struct.pack("<d", seconds))


@contextmanager
def skewed(clock: Path, seconds: float) -> Iterator[None]:
    """Set a clock off for a while."""
    set_by(clock, seconds)
    try:
        yield
    finally:
        set_by(clock, 0.0)
