"""A file that turned into garbage is put aside and told of; counting and watching go on, nothing is lost."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from mlapi.counters.sqlite import SqliteStore
from tests.chaos import disk
from tests.chaos.books import stored
from tests.chaos.load import answers_more, check, eventually, is_up, metric, said, under_load

pytestmark = pytest.mark.slow


def opens(line):
    """Tell whether a line says what is open, as one of a start does."""
    return " is open: see " in line


def counted(path: Path) -> dict[str, int]:
    """Return what a file holds."""
    with closing(SqliteStore(path)) as store:
        return store.read()


def aside(path: Path) -> list[Path]:
    """Return the damaged files that lie beside a file."""
    return sorted(path.parent.glob(f"{path.name}.damaged-*Z"))


def test_the_api_counts_on_and_tells(start, tmp_path):
    """The damaged file and the new one together hold every answer; once it is taken away, all is well."""
    path = tmp_path / "api.db"
    api = start("ml-api", COUNTERS_PATH=str(path))
    with under_load(api) as callers:
        answers_more(callers)
        whole = disk.damage(path)
        eventually(lambda: bool(aside(path)), "the damaged file was not put aside")
        (damaged,) = aside(path)
        answers_more(callers)
        health = said(api, "/api/health")
    reason = f"was damaged and lies aside as {damaged.name}"
    assert health["status"] == "degraded"
    assert health["checks"]["counters file"] == {"state": "broken", "reason": reason}
    assert (metric(api, "ml_store_damaged_files"), is_up(api)) == ("1.0", True)
    told = f"the counters file is damaged: it lies aside as {damaged.name} now, and a new one begins"
    assert [line for _, line in api.life.log if not opens(line)] == [told]
    mended = disk.mended(damaged, whole, tmp_path / "mended.db")
    both: Counter[str] = Counter(counted(path))
    both.update(counted(mended))
    assert stored(counted(mended))["calls"] > 0
    books = check(api, both)
    assert books.lost.total() == books.late.total() == 0
    assert said(api, "/api/health")["status"] == "healthy"
    assert metric(api, "ml_store_damaged_files") == "0.0"


@pytest.mark.parametrize("garbage", ["no database " * 1000, "no database"], ids=["much", "little"])
def test_an_api_that_starts_on_garbage_counts(start, tmp_path, garbage):
    """Something overwrote the file while nobody had it open."""
    path = tmp_path / "api.db"
    api = start("ml-api", COUNTERS_PATH=str(path))
    with under_load(api):
        pass
    api.end()
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    path.write_text(garbage)
    api.start()
    api.wait()
    with under_load(api):
        pass
    (damaged,) = aside(path)
    assert damaged.read_text() == garbage
    assert stored(counted(path))["calls"] > 0


def test_the_monitor_watches_on_and_tells(start, tmp_path):
    """What it knew lies aside, what it learns is kept."""
    api, path = start("ml-api", COUNTERS_PATH=str(tmp_path / "api.db")), tmp_path / "monitor.db"
    monitor = start("monitoring", MAIN_API_URL=api.url, HISTORY_PATH=str(path))
    assert said(monitor, "/api/status")["history"]["reason"] is None
    disk.damage(path)
    status = said(monitor, "/api/status")
    (damaged,) = aside(path)
    assert status["state"] == "up"
    assert status["history"]["kept"]
    assert status["history"]["reason"] == f"a damaged history file lies aside as {damaged.name}"
    assert (metric(monitor, "ml_store_damaged_files"), is_up(monitor)) == ("1.0", True)
    told = f"the history file is damaged: it lies aside as {damaged.name} now, and a new one begins"
    assert [line for _, line in monitor.life.log if not opens(line)] == [told]
    damaged.unlink()
    assert said(monitor, "/api/status")["history"]["reason"] is None
