"""The tables of README.md and docs/performance.md, rendered from stored results between two comments each."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import tables
from bench.results import Results
from tools.terminal import ToolError

ROOT = Path(__file__).resolve().parent.parent
PAGES = {ROOT / "README.md": ("table",), ROOT / "docs" / "performance.md": ("goals", "numbers", "versions")}
"""Each page with the blocks that it must have."""
BLOCKS: Mapping[str, Callable[[Results], str]] = {
    "table": tables.short,
    "goals": tables.goals,
    "numbers": tables.numbers,
    "versions": tables.versions,
}


def write(results: Results) -> None:
    """Render every block of every page anew. Raises ToolError where a block has no place."""
    for page, names in PAGES.items():
        text = page.read_text(encoding="utf-8")
        page.write_text(rendered(text, {name: BLOCKS[name](results) for name in names}), encoding="utf-8")


def rendered(text: str, blocks: Mapping[str, str]) -> str:
    """Return a page with its blocks replaced. Raises ToolError where one is not there exactly once."""
    for name, block in blocks.items():
        begin, end = f"<!-- bench {name}: made by `make bench` -->", f"<!-- end of bench {name} -->"
        place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if len(place.findall(text)) != 1:
            raise ToolError(f"the page needs one place between {begin} and {end}")
        whole = f"{begin}\n{block}\n{end}"
        text = place.sub(lambda _, whole=whole: whole, text)  # type: ignore[misc]
    return text
