"""Every command of the project, found where a person finds one: in tools/, in the Makefile, on the pages."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.tools.script import ROOT
from training.cli import RECIPES, TOOLS

TYPED = re.compile(r"python3? (?:-m ([a-z_]+(?:\.[a-z_]+)*)|tools/([a-z_]+)\.py)\b")
PLACES = ("bench", "observability", "tests", "tools", "training")


@dataclass(frozen=True)
class Command:
    """A module that can be started, and which of its commands."""

    module: str
    sub: str = ""

    def __str__(self) -> str:
        """Return how it is typed."""
        return f"python -m {self.module} {self.sub}".rstrip()

    def typed(self, *others: str) -> list[str]:
        """Return the command for a process in the project's folder."""
        return [sys.executable, "-m", self.module, *self.sub.split(), *others]


def commands() -> list[Command]:
    """Return all; of training but the one that leads to the others."""
    named = {module for text in _pages() for module in _named(text)}
    return [Command(module) for module in sorted({*named, *_tools(), *_packages()}) if _is_ours(module)]


def subcommands() -> list[Command]:
    """Return those of training, one by one."""
    return [Command("training", name) for name in RECIPES | TOOLS]


def _tools() -> Iterator[str]:
    """Yield what lies in tools/ and can be started."""
    for file in (ROOT / "tools").glob("*.py"):
        if '__name__ == "__main__"' in file.read_text():
            yield f"tools.{file.stem}"


def _packages() -> Iterator[str]:
    for place in PLACES:
        for file in (ROOT / place).rglob("__main__.py"):
            yield ".".join(file.parent.relative_to(ROOT).parts)


def _pages() -> Iterator[str]:
    for page in (ROOT / "Makefile", *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        yield page.read_text()


def _named(text: str) -> Iterator[str]:
    """Yield what a page says to type, as a module or as a file of tools/."""
    for found in TYPED.finditer(text):
        yield found[1] or f"tools.{found[2]}"


def _is_ours(module: str) -> bool:
    place = ROOT.joinpath(*module.split("."))
    return Path(f"{place}.py").exists() or (place / "__main__.py").exists()
