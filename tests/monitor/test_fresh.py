"""A page while the last probe is fresh: one question to the store, none to the API."""

from contextlib import closing
from dataclasses import replace

import pytest

from monitor.app import create_app
from monitor.settings import Settings
from tests.monitor.fake_api import hangs_up
from tests.monitor.full_history import fill

PAGES = (
    *("/", "/api/dashboard?window=90d", "/api/status", "/api/history", "/api/incidents"),
    *("/api/metrics", "/api/metrics?format=json", "/api/badge/uptime.svg"),
)
SECRET = "cron"  # noqa: S105 - of this test


@pytest.fixture
def settings(api, empty_redis, tmp_path):
    """Give a monitor's settings; its store holds two full days and a fresh probe."""
    goldens = tmp_path / "goldens.json"
    goldens.write_text("{}")
    made = Settings(main_api_url=api.url, redis_url=empty_redis.url(), probe_max_age=300, goldens=goldens)
    fill(made, days=2, bad=3)
    return made


@pytest.fixture
def questions(empty_redis):
    """Give `questions(do)`: what the store was asked meanwhile, without what connecting takes."""

    def asked(do):
        with closing(empty_redis.client()) as client:
            client.config_resetstat()
            do()
            stats = client.info("commandstats")
        connecting = {"cmdstat_config|resetstat", "cmdstat_info", "cmdstat_client|setinfo", "cmdstat_select"}
        inside = {name for name in stats if name in ("cmdstat_time", "cmdstat_hgetall")}
        return {name: stats[name]["calls"] for name in stats.keys() - connecting - inside}

    return asked


@pytest.mark.parametrize("page", PAGES)
def test_a_page_reads_the_store_once(settings, questions, api, page):
    """And writes nothing, whatever it shows."""
    client = create_app(settings).test_client()
    assert client.get("/api/status").status_code == 200  # Connects, and loads the script.
    before = len(api.received)
    assert questions(lambda: client.get(page)) == {"cmdstat_evalsha": 1}
    assert len(api.received) == before


def test_a_probe_asks_more(settings, questions, api):
    """The count above can fail."""
    client = create_app(replace(settings, cron_secret=SECRET)).test_client()
    client.get("/api/status")
    before = len(api.received)
    found = questions(lambda: client.get("/api/check", headers={"Authorization": f"Bearer {SECRET}"}))
    assert found["cmdstat_evalsha"] > 3
    assert len(api.received) > before


def test_a_page_shows_what_another_instance_saw(settings, api):
    """The one read is no copy in its own process: what the store holds now is what it tells."""
    client = create_app(settings).test_client()
    assert client.get("/api/status").get_json()["state"] == "up"
    api.on("*", hangs_up)
    fill(settings, days=2)
    assert client.get("/api/status").get_json()["state"] == "down"
