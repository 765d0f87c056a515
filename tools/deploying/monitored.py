"""The monitor's checks: its settings, as its own start finds them; nobody is called."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from monitor.doors import open_doors
from monitor.service import start
from monitor.settings import Settings, SettingsError, from_env
from tools.deploying.doors import door_findings
from tools.deploying.environment import Given
from tools.deploying.finding import Finding, ok, warning
from tools.deploying.serving import CONNECT, refused

ABOUT = "monitoring settings"
URL = "MAIN_API_URL"
ADD = "vercel env add MAIN_API_URL production, in monitoring; `make deploy` does it"
FORGETFUL = "is not set: no history, no uptime, no drift and no alerts, only what a visitor sees at once"


def monitored_findings(folder: Path, given: Given) -> Iterator[Finding]:
    """Yield what its own start finds in the settings, and what it will lack."""
    try:
        settings = replace(from_env({**given.values, "VERCEL": "1"}), goldens=folder / "goldens.json")
        start(settings)
    except SettingsError as error:
        yield refused(ABOUT, str(error), given)
        return
    yield ok(ABOUT, "all can be used")
    yield from _watched(settings, given)
    yield from door_findings("monitoring", open_doors(settings), given)
    if not given.has("REDIS_URL", "KV_URL"):
        yield warning("monitoring REDIS_URL", FORGETFUL, CONNECT)
    if not given.has("ALERT_URLS"):
        yield warning(
            "monitoring ALERT_URLS", "is not set: the dashboard alone tells of alerts", "docs/alerts.md"
        )


def _watched(settings: Settings, given: Given) -> Iterator[Finding]:
    if settings.api_fault and URL not in given.hidden:
        yield warning(f"monitoring {URL}", settings.api_fault.removeprefix(f"{URL} "), ADD)
