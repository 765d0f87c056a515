"""What the monitor can say about the API; it makes no probe yet, and says so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """The API's state in one word, and why, in a sentence."""

    state: str
    reason: str


def status(main_api_url: str | None) -> Status:
    """Return the state: nothing was probed, so it is never better than unknown."""
    if main_api_url is None:
        return Status("unconfigured", "MAIN_API_URL is not set: it tells which API to watch")
    return Status("unknown", "no probe has been made")
