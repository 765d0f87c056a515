"""Which pages there are."""

from functools import cache

from tools.references import addresses, metrics, settings, sources

API = """# The API's addresses

Made from `GET /api/openapi.json` with `math-score` as the default model: `Row`, `Answer` and the like are
that model's, and `?model=` gives the description of another. Nothing is set here: with `API_KEYS` predictions
and feedback answer 401 too, and with `RATE_LIMIT`, which Vercel has unless told otherwise, 429.
[The API](../api.md) tells the rest in words.
"""
MONITOR = """# The monitor's addresses

Made from the monitor's `GET /api/openapi.json`. [The monitor](../monitor.md) tells in words what the
answers mean.
"""


@cache
def pages() -> dict[str, str]:
    """Return every page's text by its file's name."""
    return {
        "api.md": addresses.page(API, sources.api_description()),
        "monitor.md": addresses.page(MONITOR, sources.monitor_description()),
        "metrics.md": metrics.page(),
        "settings.md": settings.page(),
    }
