"""A dashboard: rows of panels under a title, with the choices and the links that all four have."""

from collections.abc import Iterable, Sequence
from typing import Any

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from observability.grafana.dashboards import links, variables

Row = tuple[int, str, Sequence[Builder[model.Panel]]]
"""Its number, its title, its panels."""


def board(
    uid: str, title: str, says: str, choices: Iterable[build.QueryVariable], rows: Iterable[Row]
) -> dict[str, Any]:
    """Return a dashboard, as JSON has it."""
    made = build.Dashboard(title).uid(uid).description(says).tags([links.TAG]).editable()
    made.time("now-1h", "now").refresh("30s").timezone("browser").tooltip(DashboardCursorSync.CROSSHAIR)
    made.links(links.of_dashboard()).variables([*choices, *variables.addresses()])
    for id, name, panels in rows:
        made.with_row(build.Row(name).id(id))
        for panel in panels:
            made.with_panel(panel)
    return made.build().to_json()
