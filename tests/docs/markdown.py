"""The project's pages as a Markdown parser reads them: their headings, links and fences."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.references.markdown import anchor

ROOT = Path(__file__).resolve().parents[2]
_PARSER = MarkdownIt("commonmark").enable("table")
_ELSEWHERE = ("node_modules", "__pycache__", "static")
"""What npm brings, and where the build puts it."""
_IN_HTML = re.compile(r'\b(?:href|src|srcset)="([^"]+)"')


@cache
def pages() -> list[Path]:
    """Return every page of the project, none of what it installs or keeps in hidden folders."""
    found = []
    for folder, inside, files in os.walk(ROOT):
        inside[:] = [name for name in inside if not name.startswith(".") and name not in _ELSEWHERE]
        found += [(Path(folder) / name).relative_to(ROOT) for name in files if name.endswith(".md")]
    return sorted(found)


@dataclass(frozen=True)
class Fence:
    """A block of code: the page and line where it begins, the words behind its mark, and what is in it."""

    page: Path
    line: int
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        """Return where it is."""
        return f"{self.page}:{self.line}"


def fences(page: Path) -> Iterator[Fence]:
    """Yield the blocks of code of a page."""
    for token in _tokens(page):
        if token.type == "fence":
            assert token.map
            yield Fence(page, token.map[0] + 1, tuple(token.info.split()), token.content)


def links(page: Path) -> Iterator[str]:
    """Yield where the links and pictures of a page lead, those in HTML among them."""
    for token in (*_tokens(page), *_inside(page)):
        if token.type.startswith("html_"):
            yield from _IN_HTML.findall(token.content)
        place = token.attrGet("href") if token.type == "link_open" else None
        place = token.attrGet("src") if token.type == "image" else place
        if place is not None:
            yield str(place)


def anchors(page: Path) -> set[str]:
    """Return what a link to this page may end with: its headings, a repeated one with its number."""
    seen: Counter[str] = Counter()
    found = set()
    tokens = list(_tokens(page))
    for opened, inline in pairwise(tokens):
        if opened.type == "heading_open":
            name = anchor("".join(child.content for child in inline.children or ()))
            found.add(f"{name}-{seen[name]}" if seen[name] else name)
            seen[name] += 1
    return found


@cache
def _tokens(page: Path) -> list[Token]:
    return _PARSER.parse((ROOT / page).read_text(encoding="utf-8"))


def _inside(page: Path) -> Iterator[Token]:
    for token in _tokens(page):
        yield from token.children or ()
