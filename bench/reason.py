"""Why something has no number, in words that are kept and shown to others."""

import re
from pathlib import Path

from tools.terminal import printable

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s`'\"<>]+", re.IGNORECASE)


def reason(error: object) -> str:
    """Return a reason in one line, without where this project lies and which addresses this machine asks."""
    text = printable(str(error).strip() or type(error).__name__, 1000)
    return ADDRESS.sub("(an address)", text.replace(str(ROOT), ".").replace(str(Path.home()), "~"))
