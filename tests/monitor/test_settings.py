"""The environment is read once, and what can't be used stops the start."""

from pathlib import Path

import pytest

from monitor.settings import SettingsError, from_env

ROOT = Path(__file__).resolve().parents[2]
URL = {"MAIN_API_URL": "https://api.example"}


def test_an_empty_environment_starts_and_says_what_to_set():
    """Nothing has to be set, and an empty variable counts as unset."""
    for env in ({}, {"MAIN_API_URL": "", "PROBE_MAX_AGE": ""}):
        settings = from_env(env)
        assert settings.main_api_url is None
        assert "MAIN_API_URL is not set" in settings.api_fault
        assert (settings.probe_max_age, settings.sample_valid_for) == (30, 600)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "localhost:8000",
            "ftp://x",
            "https://",
            "http://[::1",
            "https://x:99999",
            "https://x:0",
            "http://x/?q=1",
        ),
        *(
            "http://user:secret@x",
            "https://x/#a",
            "http://:secret@x",
            "http://x y",
            "https://ex\u00e4mple",
            "nonsense",
        ),
    ],
)
def test_an_address_that_is_none_does_not_stop_the_start(url):
    """The pages say what to set, and don't repeat what was set."""
    settings = from_env({"MAIN_API_URL": url})
    assert settings.main_api_url is None
    assert settings.api_fault.startswith("MAIN_API_URL is no address")
    assert url == "https://" or url not in settings.api_fault


def test_a_slash_at_the_end_makes_no_other_api():
    """History belongs to the address."""
    assert (
        from_env({"MAIN_API_URL": "https://api.example/prefix/"}).main_api_url == "https://api.example/prefix"
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *(("PROBE_MAX_AGE", value) for value in ("0", "-1", "soon", "1.5", "86401", "9" * 5000, "٣")),
        ("SAMPLE_VALID_FOR", "0"),
        ("MONITORING_REFRESH_RATE", "0"),
        ("PIPELINE_MAX_AGE", "1d"),
        ("MAIN_API_KEY", "two words"),
        ("METRICS_TOKEN", "new\nline"),
        ("CRON_SECRET", "\u00fc"),
    ],
)
def test_a_value_that_can_not_be_used_is_refused_by_the_name_of_its_variable(variable, value):
    """The value isn't repeated: it might be a secret in the wrong place."""
    with pytest.raises(SettingsError, match=f"^{variable} must be") as refused:
        from_env(URL | {variable: value})
    assert value not in str(refused.value).replace("from 1 to 86400", "") or value == "0"


def test_no_secret_is_shown_where_settings_are_printed():
    """A log may hold them."""
    env = {"MAIN_API_KEY": "s3cret", "CRON_SECRET": "s3cret", "REDIS_URL": "redis://:s3cret@host"}
    assert "s3cret" not in repr(from_env(env))


def test_every_bad_variable_is_named_at_once():
    """Nobody likes to be told one at a time."""
    with pytest.raises(SettingsError, match=r"MONITORING_REFRESH_RATE .*; PROBE_MAX_AGE "):
        from_env({"PROBE_MAX_AGE": "x", "MONITORING_REFRESH_RATE": "x"})


def test_a_probe_must_speak_until_the_next_one():
    """Else there would be grey between two probes of an open dashboard."""
    with pytest.raises(SettingsError, match="SAMPLE_VALID_FOR must not be shorter than PROBE_MAX_AGE"):
        from_env(URL | {"SAMPLE_VALID_FOR": "20"})


def test_history_is_kept_in_the_state_folder_of_a_person():
    """Unless told where, or told a Redis; on Vercel there is no such folder."""
    assert from_env(URL | {"XDG_STATE_HOME": "/s"}).history_path == Path("/s/tandem/monitor.db")
    assert from_env(URL | {"HISTORY_PATH": "/h.db"}).history_path == Path("/h.db")
    assert from_env(URL | {"REDIS_URL": "redis://h"}).history_path is None
    assert from_env(URL | {"VERCEL": "1"}).history_path is None
    with pytest.raises(SettingsError, match="HISTORY_PATH can't be used on Vercel"):
        from_env(URL | {"VERCEL": "1", "HISTORY_PATH": "/h.db"})


def test_some_stores_call_their_address_otherwise():
    """KV_URL counts where REDIS_URL is not set."""
    assert from_env({"KV_URL": "rediss://kv"}).redis_url == "rediss://kv"
    assert from_env({"KV_URL": "rediss://kv", "REDIS_URL": "redis://r"}).redis_url == "redis://r"
