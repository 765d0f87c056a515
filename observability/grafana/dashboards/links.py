"""Where panels and dashboards lead: to each other, to the monitor's own dashboard, to the runbooks."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

Link = Builder[model.DashboardLink]
TAG = "tandem"
SHOWN = ""
"""At the head, and not behind a menu, which would be the default of the SDK."""
MONITOR = "http://127.0.0.1:8001"
"""Where the monitor listens unless told; the dashboard's field `Monitor` changes it."""
RUNBOOKS = "http://127.0.0.1:9090/user"
"""Where Prometheus shows docs/runbooks (--web.user-assets); the field `Runbooks` changes it."""


def of_dashboard() -> list[Link]:
    """Return the links at the head of each dashboard."""
    others = build.DashboardLink("Tandem").type(DashboardLinkType.DASHBOARDS).tags([TAG]).placement(SHOWN)
    monitor = _web("The monitor's dashboard", "${monitor}/", "What the monitor sees, for people")
    return [others.include_vars(True).keep_time(True), monitor]


def _web(title: str, url: str, says: str) -> build.DashboardLink:
    link = build.DashboardLink(title).type(DashboardLinkType.LINK).url(url).placement(SHOWN)
    return link.tooltip(says).icon("external link").target_blank(True)


def runbook(alert: str) -> Link:
    """Return the link from a panel to the page that tells what to do about an alert."""
    return _web(f"Runbook: {alert}", f"${{runbooks}}/{alert}.md", "What it means, how to look, what to do")
