"""Neither a long history nor many visits make the next visit dearer, or leave anything behind."""

import ctypes
import gc
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor import record
from monitor.alerts import Context
from monitor.app import create_app
from monitor.incidents import MOST
from monitor.service import store_of
from monitor.settings import Settings
from monitor.store import Tables
from tests.monitor.full_history import DAY, fill, write_tables
from tests.monitor.history.apply import changed
from tests.monitor.samples import sample

PAGES = ("/", "/api/status", "/api/metrics", "/api/history?window=90d", "/api/incidents")
EVERY = 3600
URL = "http://127.0.0.1:9"
OFTEN = ("/api/status", "/api/metrics", "/livez", "/api/badge/status.svg")
VISITS = 10_000
PROBES = 50
PAGE = os.sysconf("SC_PAGE_SIZE")


class Work(NamedTuple):
    """What a history costs: what is kept, and what Python does for all pages."""

    rows: int
    bytes: int
    calls: int


def lived(days: int, now: float) -> Tables:
    """Return what so many days leave, with a probe every hour, and an hour down every other day."""
    tables: Tables = {name: {} for name in record.TABLES}
    for back in range(days * DAY // EVERY, -1, -1):
        state = "down" if back % 48 == 1 else "up"
        at = now - back * EVERY
        made = record.changes(
            tables,
            sample(at, state=state, latency=0.001 + back % 97 / 1000),
            valid_for=600.0,
            context=Context(at),
            first_seen={},
            failures=0,
        )
        changed(tables, made)
    return tables


def work(tables: Tables, folder: Path) -> Work:
    """Measure it: calls are counted and not timed, so they are the same on every machine."""
    settings = Settings(main_api_url=URL, history_path=folder / f"{len(list(folder.iterdir()))}.db")
    write_tables(store_of(settings, URL), tables)
    client = create_app(settings).test_client()
    visit_all(client)
    calls = counted(lambda: visit_all(client))
    rows = [text for table in tables.values() for text in table.values()]
    return Work(len(rows), sum(map(len, rows)), calls)


def visit_all(client) -> None:
    """Open each page."""
    for page in PAGES:
        assert client.get(page).status_code == 200


def counted(do: Callable[[], None]) -> int:
    """Return how many functions are called meanwhile, those written in C included."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.slow
def test_thirteen_times_the_age_is_less_than_four_times_the_work(tmp_path):
    """What grows is a row a day, for 400 days, and a row for each of 500 incidents at most."""
    now = time.time()
    young, old = (work(lived(days, now), tmp_path) for days in (30, 400))
    print(young, old)
    for before, after in zip(young, old, strict=True):
        assert before < after < 4 * before


def test_a_history_that_forgot_nothing_would_be_noticed(tmp_path):
    """The measure can fail, and the next probe makes a long history short again."""
    now = time.time()
    tables = lived(3, now - EVERY)
    short = work(tables, tmp_path)
    newest = int(now // 300)
    tables["slots-5m"] |= {str(newest - back): "300000 300000 0 1 0 22:1" for back in range(400 * 288)}
    assert work(tables, tmp_path) > Work(50 * short.rows, 0, 0)
    probed = record.changes(
        tables, sample(now), valid_for=600.0, context=Context(now), first_seen={}, failures=0
    )
    changed(tables, probed)
    assert len(tables["slots-5m"]) <= 48 * 12 + 1
    assert sum(map(len, tables.values())) < 48 * 12 + 14 * 24 + 400 + MOST


def resident() -> int:
    """Return the bytes of this process that are in memory, without what earlier tests freed."""
    gc.collect()
    # Else what is left behind could hide where that was.
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def descriptors() -> int:
    """Return how many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def growth(visit: Callable[[int], None], visits: int) -> float:
    """Return the bytes that each of so many visits leaves, after as many as fill what is bounded."""
    for number in range(visits // 5):
        visit(number)
    before = resident()
    for number in range(visits):
        visit(number)
    return (resident() - before) / visits


@pytest.fixture
def visited(api_server, tmp_path):
    """Give `visit(number)`: opens a page of a monitor; now and then that makes a probe of a real API."""
    settings = Settings(main_api_url=api_server, history_path=tmp_path / "monitor.db", probe_max_age=600)
    fill(settings, days=0, bad=3)
    client = create_app(replace(settings, **{"cron_secret": "s3cret"})).test_client()
    header = {"Authorization": "Bearer s3cret"}

    def visit(number: int) -> None:
        page = OFTEN[number % len(OFTEN)] if number % 20 else PAGES[number // 20 % len(PAGES)]
        if number % (VISITS // PROBES) == 0:
            page = "/api/check"
        assert client.get(page, headers=header).status_code == 200

    return visit


@pytest.mark.slow
def test_ten_thousand_visits_leave_nothing(visited):
    """Neither memory nor descriptors, through many probes: less than the control below can see."""
    visited(0)
    before = descriptors()
    left = growth(visited, VISITS)
    print(f"{left:.1f} bytes a visit")
    assert left < 300
    assert descriptors() <= before


def test_a_visit_that_leaves_something_would_be_noticed(visited):
    """The measure can fail: a kilobyte that is kept is seen, and so is a file."""
    kept = []
    assert growth(lambda number: kept.append(bytes(1024 + number)), 5000) > 500
    before = descriptors()
    with Path(os.devnull).open():
        assert descriptors() == before + 1
