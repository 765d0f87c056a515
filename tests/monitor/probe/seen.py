"""A probe of a fake API, with what every test would repeat."""

from typing import Any

from monitor.pins import Pins
from monitor.probe import Api
from monitor.probe.run import probe
from monitor.sample import Sample
from tests.monitor.fake_api import FakeApi


def look(api: FakeApi, *, total: float = 2.0, pins: Pins | None = None, **told: Any) -> Sample:
    """Return the sample of a probe that knows the API's goldens."""
    known = api.pins() if pins is None else pins
    return probe(Api(api.url, **told), known, {}, remembers=False, total=total).sample


def fault_of(sample: Sample, name: str) -> tuple[str, str]:
    """Return the kind and the sentence of a check's fault; two empty texts where there is none."""
    fault = next(check["fault"] for check in sample["checks"] if check["name"] == name)
    return (fault["kind"], fault["says"]) if fault else ("", "")
