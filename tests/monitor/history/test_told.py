"""A window as JSON: the numbers of its slots, in seconds, and of all of them together."""

import csv
import io

import pytest

from monitor import history, record
from monitor.slots import BOUNDS, Slot, encoded, table_name
from monitor.store.memory import MemoryStore
from monitor.summary import percentile
from monitor.watch import View

NOW = 1_700_000_100.0  # 22:15:00, at which a slot begins.
FULL = Slot(300_000, 200_000, 50_000, 7, 2, {8: 100, 20: 9700, 30: 200})


def view(**slots: Slot) -> View:
    """Return a view with slots of five minutes, told by how many lie between them and now (`back_1`)."""
    tables = MemoryStore().read(*record.TABLES)[1]
    newest = int(NOW // 300)
    tables[table_name("5m")] = {
        str(newest - int(name.removeprefix("back_"))): encoded(slot) for name, slot in slots.items()
    }
    return View(NOW, None, tables, True, "sqlite")


def test_a_slot_is_told_in_seconds():
    """With its own percentiles."""
    said = history.history(view(back_1=FULL), "1h", 600)
    assert said["slots"][-2] == {
        "start": "2023-11-14T22:10:00Z",
        "known_seconds": 300.0,
        "up_seconds": 200.0,
        "degraded_seconds": 50.0,
        "probes": 7,
        "failures": 2,
        "p50": percentile(FULL.buckets, 0.5),
        "p95": percentile(FULL.buckets, 0.95),
        "p99": percentile(FULL.buckets, 0.99),
    }
    assert BOUNDS[7] < said["slots"][-2]["p50"] < said["slots"][-2]["p95"] < BOUNDS[20]
    assert BOUNDS[29] < said["slots"][-2]["p99"] <= BOUNDS[30]


def test_a_slot_of_which_nothing_is_known_says_so():
    """No latency is made up."""
    said = history.history(view(), "1h", 600)
    empty = dict.fromkeys(("known_seconds", "up_seconds", "degraded_seconds", "probes", "failures"), 0)
    assert [slot | {"start": ""} for slot in said["slots"]] == [
        {"start": "", **empty, "p50": None, "p95": None, "p99": None}
    ] * 12


def test_a_window_tells_of_all_its_slots_together():
    """From the start of its first until now."""
    said = history.history(view(back_1=FULL, back_2=Slot(100_000, 100_000), back_99=FULL), "1h", 600)
    assert {name: said[name] for name in said.keys() - {"slots", "latency"}} == {
        "window": "1h",
        "slot_seconds": 300,
        "start": "2023-11-14T21:20:00Z",
        "end": "2023-11-14T22:15:00Z",
        "uptime": 0.75,
        "coverage": pytest.approx(400 / (11 * 300)),
    }
    assert said["latency"]["count"] == 10_000
    assert said["latency"]["p99"] == percentile(FULL.buckets, 0.99)


def test_a_table_has_a_header_and_the_rows_in_their_order():
    """Lists become one cell; nothing known is an empty one."""
    rows = [
        {"state": "down", "reasons": ["it is late", "it broke"], "end": None},
        {"state": "-degraded", "reasons": [], "end": 1.5},
    ]
    table = history.as_csv(("state", "end", "reasons"), rows)
    assert table == "state,end,reasons\r\ndown,,it is late; it broke\r\n'-degraded,1.5,\r\n"
    assert list(csv.reader(io.StringIO(table)))[1] == ["down", "", "it is late; it broke"]


@pytest.mark.parametrize(
    "columns", [history.SLOT_COLUMNS, history.INCIDENT_COLUMNS], ids=["slots", "incidents"]
)
def test_every_column_can_be_told(columns):
    """A slot's and an incident's."""
    row = dict.fromkeys(columns, 1)
    assert history.as_csv(columns, [row]).splitlines()[1] == ",".join("1" * len(columns))
