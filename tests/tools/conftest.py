"""A real API that gives receipts, for the tools to call."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import Servers

ROOT = Path(__file__).resolve().parents[2]
RECEIPTS = {"RECEIPT_SECRET": "a-secret-of-the-tests-alone"}


@pytest.fixture(scope="session")
def feedback_api() -> Iterator[str]:
    """Serve ml-api with receipts; yields its address."""
    servers = Servers()
    try:
        yield servers.serve(ROOT / "ml-api", RECEIPTS)
    finally:
        servers.stop()


def sample(url: str, name: str, **labels: str) -> float:
    """Return a metric's value at an address that exposes metrics; its labels must be among the sample's."""
    text = requests.get(url, timeout=10).text
    for line in text.splitlines():
        found, _, value = line.rpartition(" ")
        if found.partition("{")[0] == name and all(f'{key}="{labels[key]}"' in found for key in labels):
            return float(value)
    raise AssertionError(f"{name} {labels} is not at {url}")
