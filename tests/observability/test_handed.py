"""Settings that docker-compose hands on to the containers of the two apps, or leaves to a file of secrets."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import Field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

import mlapi.settings
import monitor.settings
from mlapi.access.keys import holder
from tests.observability.composed import COMPOSE, MISSING, config, is_there
from tools.make_key import pair

APPS: dict[str, ModuleType] = {"api": mlapi.settings, "monitoring": monitor.settings}
STATE = {"XDG_STATE_HOME": "/state"}
OWN_REDIS = "the compose file has a Redis of its own"
NOT_HANDED = {
    "api": {"REDIS_URL": OWN_REDIS, "KV_URL": OWN_REDIS, "COUNTERS_PATH": OWN_REDIS},
    "monitoring": {
        "REDIS_URL": OWN_REDIS,
        "KV_URL": OWN_REDIS,
        "HISTORY_PATH": OWN_REDIS,
        "MAIN_API_URL": "it watches the API beside it",
        "VERCEL_AUTOMATION_BYPASS_SECRET": "nothing of Vercel's stands before that API",
    },
}
"""Settings that make no sense in a container of these, and why."""
TOLD = {
    "api": {
        "DEFAULT_MODEL": "penguins",
        "MODEL_VERSION": "1",
        "MAX_ROWS": "7",
        "LOG_INPUTS": "1",
        "ALLOW_PICKLE": "1",
        "METRIC_ALIASES": "0",
        "METRICS_TOKEN": "to$ken#'\"\\n${HOME}",
        "API_KEYS": f"{pair('partner', 'a')},{pair('monitor', 'b')}",
        "RATE_LIMIT": "10/second; 1000/hour",
        "TRUST_PROXY": "1",
        "CORS_ORIGINS": "https://a.example,https://b.example",
        "RECEIPT_SECRET": "a-secret-of-this-test,the-one-before-it",
        "FEEDBACK_MAX_PER_DAY": "9",
        "COMPAT": "0",
        "COMPAT_VERSIONED_MODEL": "penguins",
        "COMPAT_LIST_MODEL": "math-score",
    },
    "monitoring": {
        "MAIN_API_KEY": "b$b#'\"\\n${HOME}",
        "MAIN_API_METRICS_TOKEN": "a-token",
        "MONITORING_REFRESH_RATE": "11",
        "PROBE_MAX_AGE": "12",
        "SAMPLE_VALID_FOR": "333",
        "PIPELINE_MAX_AGE": "86400",
        "ALERT_URLS": "json://one.example?a=b&c=d, mailto://me:secret@two.example",
        "METRICS_TOKEN": "another-token",
        "CRON_SECRET": "a-secret",
    },
}
"""A usable value for each setting that is handed on, none of them the one that holds anyway."""
HANDED = [(app, name) for app, told in TOLD.items() for name in told]
each_app = pytest.mark.parametrize("app", APPS)
each_setting = pytest.mark.parametrize(("app", "name"), HANDED, ids=[f"{app}-{name}" for app, name in HANDED])


def names(app: str) -> dict[str, Field[Any]]:
    """Return every variable that an app reads, by all of its names, with its field."""
    known = APPS[app].variables()
    return {name: field for first, field in known for name in (first, *field.metadata["others"])}


def told(app: str) -> dict[str, Any]:
    """Return the fields of an app's settings with all values of TOLD, as they would be in a container."""
    return vars(APPS[app].from_env(STATE | TOLD[app]))


@pytest.fixture
def folder(tmp_path: Path, require_real) -> Path:
    """Give a copy of what docker-compose reads, without a person's own secrets."""
    require_real(is_there(), MISSING)
    shutil.copy(COMPOSE, tmp_path)
    shutil.copytree(COMPOSE.parent / "docker", tmp_path / "docker")
    (tmp_path / "secrets").mkdir()
    return tmp_path


def in_container(folder: Path, app: str, env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of an app's container, where docker-compose has one itself."""
    done = config("--format", "json", file=folder / COMPOSE.name, GRAFANA_PASSWORD="x", **env)  # noqa: S106
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, str] = json.loads(done.stdout)["services"][app]["environment"]
    return {name: value.replace("$$", "$") for name, value in found.items()}


@each_app
def test_every_setting_is_handed_on_or_makes_no_sense_there(app: str) -> None:
    """A new one is put into observability/docker/*.env, or into the list with its reason."""
    handed = lines(app)
    assert sorted([*handed, *NOT_HANDED[app]]) == sorted(names(app))
    assert set(handed) == set(TOLD[app])


@each_app
def test_what_is_handed_on_is_said_nowhere_else(app: str) -> None:
    """No value stands in the file, and none under `environment`, where it would go before a secret's file."""
    for name, value in lines(app).items():
        assert value == f"${{{name}:-}}"
    service = yaml.safe_load(COMPOSE.read_text())["services"][app]
    assert set(service["environment"]) <= set(NOT_HANDED[app])
    assert [each["path"] for each in service["env_file"]] == [f"docker/{app}.env", f"secrets/{app}.env"]


def lines(app: str) -> dict[str, str]:
    """Return what an app's file of settings that are handed on says of each."""
    read = (COMPOSE.parent / "docker" / f"{app}.env").read_text().splitlines()
    said = [line.partition("=") for line in read if not line.startswith("#")]
    assert len({name for name, _, _ in said}) == len(said)
    return {name: value for name, _, value in said}


@each_app
def test_each_arrives_as_it_was_set(app: str, folder: Path) -> None:
    """With all that a shell or a file of settings would take for its own."""
    arrived = in_container(folder, app, TOLD[app])
    assert {name: arrived[name] for name in TOLD[app]} == TOLD[app]
    fixed = {name: value for name, value in arrived.items() if name not in TOLD[app]}
    assert fixed.keys() <= NOT_HANDED[app].keys()
    assert all("redis:6379" in value or value == "http://api:8000" for value in fixed.values())


@each_app
def test_what_makes_no_sense_there_does_not_arrive(app: str, folder: Path) -> None:
    """Wherever this machine's own deployments keep their counts."""
    arrived = in_container(folder, app, dict.fromkeys(NOT_HANDED[app], "from-outside"))
    assert "from-outside" not in arrived.values()


@each_setting
def test_a_value_of_each_changes_something(app: str, name: str) -> None:
    """So the tests here would notice a setting that got lost."""
    field = names(app)[name].name
    assert told(app)[field] != vars(APPS[app].from_env(STATE))[field]


@each_app
def test_where_nothing_is_set_a_container_starts_as_with_nothing(app: str, folder: Path) -> None:
    """What arrives then is empty, which counts as unset."""
    arrived = in_container(folder, app, {})
    assert {name: arrived[name] for name in TOLD[app]} == dict.fromkeys(TOLD[app], "")
    fixed = {name: value for name, value in arrived.items() if value}
    assert APPS[app].from_env(STATE | arrived) == APPS[app].from_env(STATE | fixed)


@pytest.mark.parametrize(
    ("app", "name"), [(app, name) for app in APPS for name in names(app)], ids=lambda each: each
)
@pytest.mark.parametrize("place", [{}, {"VERCEL": "1"}], ids=["here", "vercel"])
def test_an_empty_value_of_any_setting_counts_as_unset(app: str, name: str, place: dict[str, str]) -> None:
    """On this machine and on Vercel, where other things hold unless told."""
    from_env = APPS[app].from_env
    assert from_env(STATE | place | {name: ""}) == from_env(STATE | place)


@each_app
def test_a_file_of_secrets_goes_before_and_is_not_emptied(app: str, folder: Path) -> None:
    """Else an API whose keys are in the file would be open as soon as nothing is exported."""
    secret = {"api": "API_KEYS", "monitoring": "MAIN_API_KEY"}[app]
    other = {"api": "RATE_LIMIT", "monitoring": "CRON_SECRET"}[app]
    (folder / "secrets" / f"{app}.env").write_text(f"{secret}=of-the-file\n")
    assert in_container(folder, app, {})[secret] == "of-the-file"
    both = in_container(folder, app, {secret: "exported", other: "9/hour"})
    assert (both[secret], both[other]) == ("of-the-file", "9/hour")


def test_a_dot_env_beside_it_counts_as_the_environment(folder: Path) -> None:
    """What is exported goes before it, and git does not see it."""
    (folder / ".env").write_text("API_KEYS=of-dot-env\nRATE_LIMIT=1/hour\n")
    arrived = in_container(folder, "api", {"RATE_LIMIT": "9/hour"})
    assert (arrived["API_KEYS"], arrived["RATE_LIMIT"]) == ("of-dot-env", "9/hour")
    assert "/.env" in (COMPOSE.parent / ".gitignore").read_text().splitlines()


def test_a_secret_with_a_dollar_is_quoted_in_a_file(folder: Path) -> None:
    """As docs/observability.md says; without the quotes docker-compose takes it for a variable."""
    (folder / "secrets" / "api.env").write_text("RECEIPT_SECRET='of$HOME and so on'\n")
    arrived = in_container(folder, "api", {"HOME": "/home"})
    assert "of$HOME and so on" in arrived.values()


def test_keys_close_the_api_and_open_it_to_the_monitor(folder: Path) -> None:
    """The pair that one container has is that of the key in the other."""
    told = {"API_KEYS": pair("monitor", "the-key"), "MAIN_API_KEY": "the-key"}
    api = mlapi.settings.from_env(in_container(folder, "api", told))
    watching = monitor.settings.from_env(in_container(folder, "monitoring", told))
    assert watching.main_api_key
    assert holder(api.api_keys, watching.main_api_key) == "monitor"
