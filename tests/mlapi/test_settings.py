"""The environment is read once, and what can't be used stops the start."""

from dataclasses import replace
from pathlib import Path

import pytest

from mlapi.settings import Settings, SettingsError, from_env

ROOT = Path(__file__).resolve().parents[2]


STATE = {"XDG_STATE_HOME": "/state"}
DEFAULTS = Settings(counters_path=Path("/state/tandem/api.db"))


def test_an_empty_environment_gives_the_defaults():
    """Nothing has to be set."""
    assert from_env(STATE) == DEFAULTS
    assert from_env({}).counters_path == Path.home() / ".local/state/tandem/api.db"


def test_an_empty_variable_counts_as_unset():
    """Dashboards leave empty values behind."""
    assert from_env(STATE | {"MAX_ROWS": "", "DEFAULT_MODEL": ""}) == DEFAULTS


def test_values_are_read_as_what_they_are():
    """Texts, switches and numbers."""
    env = {"DEFAULT_MODEL": "penguins", "MODEL_VERSION": "2", "MAX_ROWS": "5", "LOG_INPUTS": "1"}
    read = from_env(STATE | env | {"ALLOW_PICKLE": "1", "UNRELATED": "x"})
    model = {"default_model": "penguins", "model_version": "2", "max_rows": 5}
    assert read == replace(DEFAULTS, **model, log_inputs=True, allow_pickle=True)


def test_counts_are_kept_in_redis_or_a_file_and_on_vercel_in_redis_alone():
    """There each instance has a disk of its own."""
    assert from_env(STATE | {"COUNTERS_PATH": "/c.db"}).counters_path == Path("/c.db")
    assert from_env(STATE | {"VERCEL": "1"}).counters_path is None
    read = from_env(STATE | {"KV_URL": "rediss://kv"})
    assert (read.redis_url, read.counters_path) == ("rediss://kv", None)
    assert from_env({"KV_URL": "rediss://kv", "REDIS_URL": "redis://r"}).redis_url == "redis://r"
    with pytest.raises(SettingsError, match="COUNTERS_PATH can't be used on Vercel"):
        from_env({"VERCEL": "1", "COUNTERS_PATH": "/c.db"})


def test_a_secret_may_be_followed_by_the_one_that_it_replaces():
    """Receipts that were signed with the old one go on to count."""
    assert from_env({"RECEIPT_SECRET": "a" * 16}).receipt_secret == ("a" * 16,)
    assert from_env({"RECEIPT_SECRET": f"{'a' * 16},{'b' * 16}"}).receipt_secret == ("a" * 16, "b" * 16)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MAX_ROWS", "0"),
        ("MAX_ROWS", "-1"),
        ("MAX_ROWS", "ten"),
        ("MAX_ROWS", "1000001"),
        ("MAX_ROWS", "9" * 5000),
        ("MAX_ROWS", "٣"),
        ("LOG_INPUTS", "yes"),
        ("ALLOW_PICKLE", "true"),
        ("METRIC_ALIASES", "no"),
        ("METRICS_TOKEN", "two words"),
        ("RECEIPT_SECRET", "short"),
        ("RECEIPT_SECRET", ",".join(["a" * 16] * 3)),
        ("FEEDBACK_MAX_PER_DAY", "0"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_the_name_of_its_variable(variable, value):
    """The value isn't repeated: it might be a secret in the wrong place."""
    with pytest.raises(SettingsError, match=f"^{variable} must be") as refused:
        from_env({variable: value})
    assert value not in str(refused.value).replace("from 1 to 1000000", "").replace("0 or 1", "")


def test_no_secret_is_shown_where_settings_are_printed():
    """A log may hold them."""
    env = {"RECEIPT_SECRET": "s3cret" * 4, "METRICS_TOKEN": "s3cret", "REDIS_URL": "redis://:s3cret@host"}
    assert "s3cret" not in repr(from_env(env))


def test_every_bad_variable_is_named_at_once():
    """Nobody likes to be told one at a time."""
    with pytest.raises(SettingsError, match=r"MAX_ROWS .*; LOG_INPUTS "):
        from_env({"MAX_ROWS": "x", "LOG_INPUTS": "x"})
