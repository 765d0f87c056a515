"""The rendered dashboard, taken apart with the standard library's parser."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.page import page
from tests.monitor.page import made

TEMPLATES = Path(__file__).resolve().parents[3] / "monitoring" / "monitor" / "templates"
# Strict: a name that the view does not give fails the test, and is not an empty place.
_BLOCKS = ("td", "th", "p", "li", "div", "dt", "dd", "pre", "h1", "h2", "h3", "summary")
_templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


def context(status: made.Json | None = None, **changes: Any) -> made.Json:
    """Return the template's context of made-up answers, with changes."""
    given: dict[str, Any] = {"history": made.history(), "bars": made.bars(), "incidents": made.incidents()}
    given |= {"refresh_seconds": 30, "window": "24h", "host_url": "https://watch.example/", "charts": True}
    given |= changes
    past = (given.pop("history"), given.pop("bars"), given.pop("incidents"))
    return page(status or made.status(), *past, **given)


def html(status: made.Json | None = None, **changes: Any) -> str:
    """Return the dashboard."""
    return _templates.get_template("dashboard.html").render(context(status, **changes))


def bare(status: made.Json) -> str:
    """Return the dashboard where no history is kept."""
    return html(status, history=None, bars=None, incidents=None)


class Document(HTMLParser):
    """Its elements and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.append(" " * (tag in _BLOCKS))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        """Return all text with single spaces."""
        return " ".join("".join(self.texts).split())

    def values(self, attribute: str) -> Iterator[str]:
        """Yield an attribute of every element that has it."""
        return (attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes)
