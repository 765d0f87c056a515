"""A wall clock that jumps: answers stay right, counts exact, and the monitor goes on watching."""

from contextlib import closing

import pytest
import requests

from mlapi.counters.sqlite import SqliteStore
from tests.chaos import clock
from tests.chaos.load import answers_more, check, is_up, said, under_load
from tests.chaos.stage import PROBE_MAX_AGE
from tests.test_exact_counts import goldens

pytestmark = pytest.mark.slow
DAY = 86_400
JUMPS = {"40 days ahead": 40 * DAY, "40 days back": -40 * DAY, "an hour ahead": 3600, "an hour back": -3600}


@pytest.fixture
def skewed(tmp_path):
    """Return a clock's file, and what makes a server go by it."""
    return tmp_path / "clock", clock.environment(tmp_path / "clock")


def test_an_api_whose_clock_jumps_counts_every_answer_once(start, tmp_path, skewed):
    """To and fro, under load."""
    path, environment = skewed
    api = start("ml-api", COUNTERS_PATH=str(tmp_path / "api.db"), **environment)
    with under_load(api, labels=False) as callers:
        for seconds in JUMPS.values():
            with clock.skewed(path, seconds):
                answers_more(callers)
                assert is_up(api)
    with closing(SqliteStore(tmp_path / "api.db")) as store:
        books = check(api, store.read())
    assert books.lost.total() == books.doubtful.total() == 0


def test_a_receipt_counts_when_the_clock_is_right_again(start, tmp_path, skewed):
    """By a clock that is far off it is too old, or from the future; nothing of it is used up."""
    path, environment = skewed
    api = start("ml-api", COUNTERS_PATH=str(tmp_path / "api.db"), **environment)
    answer = requests.post(f"{api.url}/api/predict", json=goldens()[0], timeout=20).json()
    truth = {"receipt": answer["receipt"], "actual": answer["prediction"]}
    for seconds, status in ((40 * DAY, 410), (-40 * DAY, 422), (0, 200)):
        clock.set_by(path, seconds)
        assert requests.post(f"{api.url}/api/feedback", json=truth, timeout=20).status_code == status


def test_a_monitor_whose_clock_jumps_shows_no_old_state(start, tmp_path, skewed):
    """What it knew is from another time: it looks anew, and keeps that."""
    path, environment = skewed
    api = start("ml-api", COUNTERS_PATH=str(tmp_path / "api.db"))
    history = {"HISTORY_PATH": str(tmp_path / "monitor.db")}
    monitor = start("monitoring", MAIN_API_URL=api.url, **history, **environment)
    for seconds in (0, *JUMPS.values()):
        clock.set_by(path, seconds)
        status = said(monitor, "/api/status")
        assert (status["state"], status["history"]["kept"]) == ("up", True)
        assert status["checked_seconds_ago"] <= PROBE_MAX_AGE
