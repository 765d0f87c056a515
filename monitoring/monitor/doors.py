"""What the settings leave open, for those who start the monitor."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.settings import Settings

Open = tuple[str, str]
"""A setting, and what it leaves open."""


def open_doors(settings: "Settings") -> list[Open]:
    """Return what anybody may use who can reach the monitor, beside the pages that are for everybody."""
    doors = (
        (not settings.metrics_token, "METRICS_TOKEN", "/api/metrics: uptime, response times, alerts"),
        (not settings.cron_secret, "CRON_SECRET", "/api/check: makes a probe, at most one in 5 seconds"),
    )
    return [(name, what) for is_open, name, what in doors if is_open]


def announce(settings: "Settings") -> None:
    """Say in the log what is open: a line each on the platform, one for all elsewhere."""
    log, doors = logging.getLogger("monitor"), open_doors(settings)
    if settings.on_vercel:
        for name, what in doors:
            log.warning("open: %s (%s)", what, name)
    elif doors:
        log.warning("The monitor is open: see %s in SECURITY.md.", ", ".join(name for name, _ in doors))
