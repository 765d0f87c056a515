"""Leaves a training's last values with a Pushgateway, where Prometheus finds them after it has ended."""

from http.client import HTTPException
from urllib.error import HTTPError

from prometheus_client import CollectorRegistry, push_to_gateway

JOB = "training"
SECONDS = 10


class PushError(Exception):
    """The gateway did not take the values; says why."""


def push(gateway: str, model: str, registry: CollectorRegistry) -> None:
    """Replace what the gateway holds of the model's last training. Raises PushError."""
    try:
        push_to_gateway(gateway, JOB, registry, grouping_key={"model": model}, timeout=SECONDS)
    except (OSError, HTTPException) as error:  # of which urllib's errors are
        raise PushError(_why(error)) from error


def _why(error: Exception) -> str:
    """Return one line; of an answer its status, of a failed connection the plain fact."""
    known = error if isinstance(error, HTTPError) else getattr(error, "reason", error)
    text = str(known) or type(error).__name__
    return "".join(letter if letter.isprintable() else "?" for letter in text)
