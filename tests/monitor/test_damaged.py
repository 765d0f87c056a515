"""What the store holds may be damaged, or from another release: then it is as good as none."""

import json
from hashlib import sha256

import pytest

from monitor import incidents, record, status
from monitor.alerts import Context
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore
from monitor.watch import View
from tests.monitor.samples import NOW, down, sample

DEEP = "[" * 9999
TEXTS = {
    "empty": "",
    "no-json": "{",
    "no-object": "[1]",
    "deep": DEEP,
    "surrogate": "\ud800",
    "infinite": "inf",
    "no-number": "nan",
    "cut": '{"format": 1, "at": 1}',
    "huge": json.dumps(sample(at=10**400)),
    "timeless": json.dumps(sample(at=None)),
}
PLACES = [
    *(("last", field) for field in ("sample", "before", "since", "first", "failures")),
    *(
        ("pins", "math-score 1"),
        ("alerts", "EndpointDown "),
        ("drift", "math-score 1"),
        ("feedback", "math-score 1"),
        ("incidents", "00001800000000"),
    ),
    *(("slots-5m", "6000000"), ("slots-1d", "x"), ("live", "last")),
]
PATHS = ("/", "/api/status", "/api/history", "/api/incidents", "/api/metrics", "/api/live", "/api/check")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("path", PATHS)
def test_no_address_fails_for_what_is_kept(client_of, api, tmp_path, path, text):
    """Whatever text stands anywhere."""
    client = client_of(api)
    client.get("/api/status")
    store = SqliteStore(tmp_path / "monitor.db", sha256(api.url.encode()).hexdigest()[:12])
    damage: dict[str, dict[str, str]] = {}
    for table, field in PLACES:
        damage.setdefault(table, {})[field] = text
    assert store.commit(store.acquire("test", 10), damage)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("text", [text for text in TEXTS.values() if text != "inf"])
def test_a_sample_that_can_not_be_read_is_none(text):
    """The next visit makes another."""
    assert record.last_sample({"last": {"sample": text}}) is None
    assert record.before({"last": {"before": text}}) is None


def test_a_sample_that_lacks_a_field_is_none():
    """A release that forgot to count up its format wrote it."""
    whole = sample()
    assert record.last_sample({"last": {"sample": json.dumps(whole)}}) == whole
    del whole["checks"]
    assert record.last_sample({"last": {"sample": json.dumps(whole)}}) is None


@pytest.mark.parametrize("field", ["0", "9" * 400])
@pytest.mark.parametrize("end", ["null", "9" * 400])
@pytest.mark.parametrize("known", ["-1", "9" * 400])
def test_an_incident_beyond_all_times_is_none(field, end, known):
    """Where its start, its end or its length can't be."""
    text = f'{{"state": "down", "end": {end}, "known": {known}, "reasons": []}}'
    assert incidents.listed({field: text}, None, NOW, 600) == []


@pytest.mark.parametrize("text", ["inf", "nan", "x", ""])
def test_a_number_that_is_none_is_unknown(text):
    """Counting goes on."""
    tables = {"last": {"since": text, "failures": text}}
    assert record.number(tables, "since") is None
    assert record.write_failures(tables) == 0


def test_an_incident_that_lasts_is_told_though_the_clock_was_set_back():
    """One that ended has a later start then."""
    tables = {name: {} for name in record.TABLES}
    for one in (sample(NOW), down(NOW + 60), sample(NOW - 3600), down(NOW - 3500)):
        made = record.changes(
            tables, one, valid_for=600, context=Context(one["at"]), first_seen={}, failures=0
        )
        for name, fields in made.items():
            kept = {**tables[name], **fields}
            tables[name] = {field: text for field, text in kept.items() if text is not None}
    view = View(NOW - 3500, down(NOW - 3500), tables, True, "sqlite")
    said = status.status(view, "http://api", 600, None)
    assert said["incidents"]["open"]["start"] == said["since"]


def test_without_history_nothing_dates_the_unknown():
    """What one instance remembers is no history."""
    view = View(NOW + 700, sample(), MemoryStore().read(*record.TABLES)[1], False, "memory")
    said = status.status(view, "http://api", 600, None)
    assert (said["state"], said["since"]) == ("unknown", None)
