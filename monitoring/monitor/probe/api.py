"""What a probe is told, and what it gives back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.counted import Counted, Key, Tallies
from monitor.pins import Pins
from monitor.sample import Sample, Traffic

_SENDABLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Api:
    """The API that is watched, and the secrets that it alone is sent.

    Raises ValueError, naming the variable, for an address that can't be called and for a secret that no
    header can carry.
    """

    url: str
    key: str | None = None
    metrics_token: str | None = None
    bypass: str | None = None

    def __post_init__(self) -> None:
        """Refuse at the start what would fail in every call."""
        if not _is_address(self.url):
            raise ValueError("MAIN_API_URL must be an address like https://my-model.example")
        secrets = {
            "MAIN_API_KEY": self.key,
            "MAIN_API_METRICS_TOKEN": self.metrics_token,
            "VERCEL_AUTOMATION_BYPASS_SECRET": self.bypass,
        }
        for variable, secret in secrets.items():
            if secret is not None and not _SENDABLE.fullmatch(secret):
                raise ValueError(f"{variable} must be visible ASCII without blanks: it goes into a header")

    def __repr__(self) -> str:
        """Show no secret, wherever this is logged."""
        return f"Api({self.url!r})"


@dataclass(frozen=True)
class Probed:
    """A sample whose `at` is still 0, the pins that it saw for the first time, and counters to be judged."""

    sample: Sample
    first_seen: Pins
    counted: Mapping[Key, Counted] = field(default_factory=dict)


@dataclass(frozen=True)
class LiveReading:
    """How long asking took (None where no whole answer came), the counters, and why there are none."""

    seconds: float | None
    traffic: Traffic | None
    missing: str | None
    tallies: Tallies = field(default_factory=dict)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # A port beyond all ports is found out when it is asked for.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
