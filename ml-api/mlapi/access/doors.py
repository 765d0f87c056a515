"""What the settings leave open, for those who start the API."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlapi.settings import Settings

Open = tuple[str, str]
"""A setting, and what it leaves open."""


def open_doors(settings: "Settings") -> list[Open]:
    """Return what anybody may use who can reach the API."""
    feedback = bool(settings.receipt_secret) and not settings.api_keys
    doors = (
        (not settings.api_keys, "API_KEYS", "predictions: anybody may ask for them"),
        (not settings.rate_limit, "RATE_LIMIT", "as many calls as one likes"),
        (not settings.metrics_token, "METRICS_TOKEN", "/api/metrics: how much each model is used"),
        (feedback, "RECEIPT_SECRET", "feedback: whoever holds a receipt may tell its outcome, once"),
        (settings.allow_pickle, "ALLOW_PICKLE", "bundles of the sklearn engine, whose loading runs code"),
    )
    return [(name, what) for is_open, name, what in doors if is_open]


def announce(settings: "Settings") -> None:
    """Say in the log what is open: a line each on the platform, one for all elsewhere."""
    log, doors = logging.getLogger("mlapi"), open_doors(settings)
    if settings.on_vercel:
        for name, what in doors:
            log.warning("open: %s (%s)", what, name)
    elif doors:
        log.warning("The API is open: see %s in SECURITY.md.", ", ".join(name for name, _ in doors))
