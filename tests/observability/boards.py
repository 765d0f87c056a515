"""Grafana's dashboards as a test reads them, and what Grafana does to a query before it asks it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GRAFANA = Path(__file__).resolve().parents[2] / "observability" / "grafana"
BUILT_IN = {"__rate_interval": "15s", "__range": "60s"}
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


@dataclass(frozen=True)
class Asked:
    """One query of one panel."""

    board: str
    title: str
    letter: str
    expr: str
    once: bool

    @property
    def id(self) -> str:
        """Return what a test is called that asks it."""
        return f"{self.board}: {self.title} {self.letter}"


def boards() -> dict[str, dict[str, Any]]:
    """Return every rendered dashboard by its file's name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(GRAFANA.glob("rendered/*.json"))}


def panels(board: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a dashboard's panels without the heads of rows."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def queries() -> list[Asked]:
    """Return every query of every panel."""
    return [
        Asked(name, panel["title"], target["refId"], target["expr"], target["instant"])
        for name, board in boards().items()
        for panel in panels(board)
        for target in panel["targets"]
    ]


def choices(board: Mapping[str, Any]) -> dict[str, str]:
    """Return the queries of the variables that are asked of Prometheus, in their order."""
    return {one["name"]: one["query"] for one in board["templating"]["list"] if one["type"] == "query"}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a query with all variables replaced; KeyError names one that the dashboard lacks."""
    return VARIABLE.sub(lambda found: values[found[1] or found[2]], text)


def alternatives(values: list[str]) -> str:
    """Return what Grafana puts in a regular expression where all of several values are chosen."""
    return "(" + "|".join(re.sub(r"[\\^$*+?.()|[\]{}/]", r"\\\\\g<0>", value) for value in values) + ")"


def links(board: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every link of a dashboard and of its panels."""
    yield from board["links"]
    for panel in panels(board):
        yield from panel["links"]
