"""A disk that takes nothing: predictions go on, what they count arrives later, the monitor says so."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from mlapi.counters.sqlite import SqliteStore
from tests.chaos import disk
from tests.chaos.load import answers_more, check, eventually, is_up, said, under_load
from tests.chaos.server import Server

pytestmark = pytest.mark.slow


class Place:
    """A folder with the files of an API and a monitor, which both run."""

    def __init__(self, folder: Path, api: Server, monitor: Server) -> None:
        self.folder, self.api, self.monitor = folder, api, monitor
        self.counters, self.history = folder / "api.db", folder / "monitor.db"

    def users(self) -> list[int]:
        """Return who uses the folder."""
        return [*self.api.pids(), *self.monitor.pids()]


@contextmanager
def both_locked(place: Place) -> Iterator[None]:
    """Let another program keep both files."""
    with disk.locked(place.counters), disk.locked(place.history):
        yield


FAULTS = {
    "full": lambda place: disk.full(place.folder),
    "limited": lambda place: disk.limited(place.users()),
    "read-only": lambda place: disk.read_only(place.folder, place.counters, place.users()),
    "locked": both_locked,
}
SAYS = {
    "full": ("the disk of the history file is full", "the disk of the history file fails"),
    "limited": ("the disk of the history file is full", "the disk of the history file fails"),
    "read-only": ("the history file can't be written", "the history file can't be opened"),
    "locked": ("the history file is kept locked",),
}


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    """Name a fault."""
    return str(request.param)


@pytest.fixture
def place(fault: str, request: pytest.FixtureRequest, start, tmp_path: Path) -> Place:
    """Start both, on a disk of their own where the fault needs one."""
    needs_one = fault in ("full", "read-only")
    folder = request.getfixturevalue("small_disk") if needs_one else tmp_path
    api = start("ml-api", COUNTERS_PATH=str(folder / "api.db"))
    monitor = start("monitoring", MAIN_API_URL=api.url, HISTORY_PATH=str(folder / "monitor.db"))
    return Place(folder, api, monitor)


def test_a_disk_that_takes_nothing(place, fault):
    """Every answer is right meanwhile, and in the end every one is counted once."""
    assert said(place.monitor, "/api/status")["history"]["kept"]
    with under_load(place.api) as callers:
        answers_more(callers)
        broken: AbstractContextManager[None] = FAULTS[fault](place)
        with broken:
            eventually(lambda: not is_up(place.api), "the API does not tell that it can't count")
            answers_more(callers)
            eventually(lambda: _why(place.monitor) in SAYS[fault], "the monitor does not tell why")
            assert said(place.monitor, "/api/status")["state"] == "up"
        eventually(lambda: is_up(place.api), "the API did not begin to count again")
        eventually(lambda: _why(place.monitor) is None, "the monitor did not recover")
        answers_more(callers)
    with closing(SqliteStore(place.counters)) as store:
        books = check(place.api, store.read())
    assert books.late["calls"] > 0
    assert (books.lost.total(), place.api.life.whole) == (0, True)


def _why(monitor: Server) -> str | None:
    return said(monitor, "/api/status")["history"]["reason"]
