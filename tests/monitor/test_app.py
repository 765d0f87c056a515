"""The monitor's addresses, and what they say before any probe."""

import pytest
from flask.testing import FlaskClient

from monitor.app import create_app
from monitor.settings import Settings, SettingsError, from_env


def client_for(env: dict[str, str]) -> FlaskClient:
    """Return a client of a monitor that was given an environment."""
    return create_app(from_env(env)).test_client()


def test_it_says_what_to_set_when_it_was_told_no_api() -> None:
    """An unconfigured monitor names its variable."""
    status = client_for({}).get("/api/status").get_json()
    assert status["state"] == "unconfigured"
    assert "MAIN_API_URL" in status["reason"]


def test_it_claims_nothing_that_was_not_probed() -> None:
    """Without a probe the state is unknown."""
    status = client_for({"MAIN_API_URL": "http://127.0.0.1:8000"}).get("/api/status").get_json()
    assert status == {"state": "unknown", "reason": "no probe has been made"}


@pytest.mark.parametrize("env", [{}, {"MAIN_API_URL": "https://api.example/"}], ids=["unset", "set"])
def test_the_page_links_the_json(env: dict[str, str]) -> None:
    """A person finds /api/status from the page."""
    assert 'href="/api/status"' in client_for(env).get("/").get_data(as_text=True)


def test_the_page_escapes_the_address() -> None:
    """An address can't write markup into the page."""
    page = create_app(Settings(main_api_url='http://x/"><b>')).test_client().get("/")
    assert "<b>" not in page.get_data(as_text=True)


def test_no_answer_is_cached() -> None:
    """A state that is minutes old misleads."""
    assert client_for({}).get("/api/status").headers["Cache-Control"] == "no-store"


def test_live_answers() -> None:
    """The process answers."""
    assert client_for({}).get("/livez").status_code == 200


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "https://", "http://[::1"])
def test_it_refuses_an_address_that_can_not_be_one(url: str) -> None:
    """The variable is named."""
    with pytest.raises(SettingsError, match="MAIN_API_URL"):
        from_env({"MAIN_API_URL": url})
