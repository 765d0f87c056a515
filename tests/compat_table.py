"""The table of every address, name and routine of the five older systems, and what it is here.

`python -m tests.compat_table` writes it into docs/compat.md; tests/test_compat.py types every row.
"""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from tests.compat.food_drive import FOOD_DRIVE
from tests.compat.housing import HOUSING
from tests.compat.names import NAMES
from tests.compat.page import PAGE, NoTable, written
from tests.compat.penguins import PENGUINS
from tests.compat.pipeline import PIPELINE
from tests.compat.protocols import PROTOCOLS
from tests.compat.tracking import TRACKING
from tools.arguments import Parser
from tools.terminal import ToolError, finish

TABLE = {
    "food-drive": FOOD_DRIVE,
    "penguins": PENGUINS,
    "tracking": TRACKING,
    "housing": HOUSING,
    "pipeline": PIPELINE,
    "names": NAMES,
    "protocols": PROTOCOLS,
}
"""System -> its rows, in the page's order."""


def main() -> int:
    """Rewrite the page's tables; 1 where a system has no place on it."""
    Parser(
        description="Write the tables of docs/compat.md from tests/compat.",
        example="python -m tests.compat_table",
    ).parse_args()
    try:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), TABLE), encoding="utf-8")
    except NoTable as error:
        raise ToolError(f"{PAGE}: {error}") from error
    return 0


if __name__ == "__main__":
    sys.exit(finish(main))
