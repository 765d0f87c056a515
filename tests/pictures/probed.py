"""What a real monitor saw of the shipped models when the pictures were made, after calls made for them.

It is kept in a file, so that the pictures stay the same: the times of these calls are those of one machine.
"""

import json
from pathlib import Path
from typing import TypedDict, cast

from mlapi.settings import ARTIFACTS
from monitor import accuracy, alerts, drift, record
from monitor.pins import shipped
from monitor.probe.api import Api
from monitor.probe.run import probe
from monitor.sample import Sample, Traffic
from monitor.settings import GOLDENS
from monitor.store import Tables
from tests.monitor.history.apply import changed
from tests.pictures.traffic import sent

KEPT = Path(__file__).with_name("seen.json")
SPEAKS = 600


class Seen(TypedDict):
    """The last sample, the API's counters one look before, and what live traffic said, as a store has it."""

    sample: Sample
    before: Traffic
    tables: Tables


def kept() -> Seen:
    """Return what is in the file."""
    return cast(Seen, json.loads(KEPT.read_bytes()))


def keep(seen: Seen) -> None:
    """Write it into the file."""
    KEPT.write_text(json.dumps(seen, indent=1) + "\n")


def looked(url: str, now: float) -> Seen:
    """Send the calls to a real API that counts, and look at it meanwhile as the monitor does."""
    pins = shipped(GOLDENS)
    probe(Api(url), pins, {}, remembers=False)  # Wakes it.
    tables: Tables = {}
    for _ in sent(url):
        probed = probe(Api(url), pins, {}, remembers=False)
        sample: Sample = {**probed.sample, "at": now}
        assert sample["state"] == "up", sample["reason"]
        changes = record.changes(
            tables,
            sample,
            valid_for=SPEAKS,
            context=alerts.Context(now),
            first_seen={},
            failures=0,
            counted=probed.counted,
        )
        changed(tables, changes)
    before = record.before(tables)
    assert before
    judged = {name: tables[name] for name in (drift.TABLE, accuracy.TABLE, alerts.TABLE)}
    return {"sample": {**sample, "at": 0.0}, "before": before["traffic"], "tables": judged}


def is_current() -> bool:
    """Tell whether the file is of the bundles that are shipped."""
    if not KEPT.is_file():
        return False
    index = json.loads((ARTIFACTS / "index.json").read_bytes())["bundles"]
    newest = {entry["sha256"] for versions in index.values() for entry in versions.values()}
    return {model["sha256"] for model in kept()["sample"]["models"]} <= newest
