"""What a real probe saw of the shipped models when the pictures were made, in a file."""

import json
from pathlib import Path
from typing import cast

from mlapi.settings import ARTIFACTS
from monitor.pins import shipped
from monitor.probe.api import Api
from monitor.probe.run import probe
from monitor.sample import Sample
from monitor.settings import GOLDENS

KEPT = Path(__file__).with_name("sample.json")


def kept() -> Sample:
    """Return the sample in the file."""
    return cast(Sample, json.loads(KEPT.read_bytes()))


def probed(url: str) -> Sample:
    """Look at a real API, once to wake it and once for the sample, and keep it."""
    pins = shipped(GOLDENS)
    probe(Api(url), pins, {}, remembers=False)
    sample = probe(Api(url), pins, {}, remembers=False).sample
    assert sample["state"] == "up", sample["reason"]
    KEPT.write_text(json.dumps(sample, indent=1) + "\n")
    return sample


def is_current() -> bool:
    """Tell whether the file is of the bundles that are shipped."""
    if not KEPT.is_file():
        return False
    index = json.loads((ARTIFACTS / "index.json").read_bytes())["bundles"]
    newest = {entry["sha256"] for versions in index.values() for entry in versions.values()}
    return {model["sha256"] for model in kept()["models"]} <= newest
