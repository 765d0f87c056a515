"""Writes the pages under docs/reference/, or says which of them are not what the code says."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from pathlib import Path

from tools import arguments, terminal
from tools.references import ROOT
from tools.references.pages import pages

EXAMPLE = "python -m tools.references --check"


def main() -> int:
    """Write every page and return 0; with --check write nothing, and return 1 where one is stale."""
    told = _parser().parse_args()
    stale = [name for name, text in pages().items() if _present(told.out / name) != text]
    if told.check:
        for name in stale:
            print(f"{told.out / name} is not what the code says: make references")
        return 1 if stale else 0
    _write(told.out)
    print(f"{told.out}: {len(stale)} of {len(pages())} pages changed")
    return 0


def _present(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def _parser() -> arguments.Parser:
    parser = arguments.Parser(description="Write the pages of docs/reference from the code.", example=EXAMPLE)
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=ROOT / "docs" / "reference",
        help="the folder (docs/reference)",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a page is stale")
    return parser


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
