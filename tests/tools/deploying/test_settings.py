"""What the settings of both deployments will do, by their own reading."""

import dataclasses

import pytest

from tests.conftest import ROOT
from tools.deploying.doors import source
from tools.deploying.environment import Given
from tools.deploying.finding import Finding
from tools.deploying.monitored import monitored_findings
from tools.deploying.serving import serving_findings

CHECKS = {"ml-api": serving_findings, "monitoring": monitored_findings}


def found(name: str, *hidden: str, **values: str) -> dict[str, Finding]:
    """Return the findings of a deployment's folder as it is here, by what they are about."""
    return judged(name, Given(values, frozenset(hidden), "a file"))


def judged(name: str, given: Given) -> dict[str, Finding]:
    """Return them for any variables, but for those of bundles."""
    every = CHECKS[name](ROOT / name, given)
    return {each.about: each for each in every if each.about != "ml-api bundles"}


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        pytest.param("ml-api", {"MAX_ROWS": "hunter2"}, "MAX_ROWS must be a whole number", id="a-number"),
        pytest.param("ml-api", {"REDIS_URL": "hunter2"}, "REDIS_URL must be an address", id="the-apis-redis"),
        pytest.param("ml-api", {"DEFAULT_MODEL": "hunter2"}, "must name a model", id="no-such-model"),
        pytest.param(
            "ml-api", {"COUNTERS_PATH": "/hunter2"}, "can't be used on Vercel", id="a-file-on-vercel"
        ),
        pytest.param("monitoring", {"PROBE_MAX_AGE": "hunter2"}, "PROBE_MAX_AGE must be", id="seconds"),
        pytest.param("monitoring", {"REDIS_URL": "hunter2"}, "REDIS_URL must be", id="the-monitors-redis"),
        pytest.param("monitoring", {"ALERT_URLS": "hunter2"}, "must be Apprise addresses", id="no-channel"),
    ],
)
def test_a_value_that_stops_the_start_is_a_fault(name, values, says):
    """Named, and not repeated."""
    if name == "monitoring":
        values = {"MAIN_API_URL": "https://a.example", **values}
    (finding,) = found(name, **values).values()
    assert (finding.level, finding.about) == ("fault", f"{name} settings")
    assert says in finding.says
    assert "hunter2" not in repr(dataclasses.astuple(finding))


def test_a_start_that_fails_for_want_of_a_hidden_value_is_no_fault():
    """What the platform hides can't be judged here."""
    (finding,) = found("ml-api", "DEFAULT_MODEL", MODEL_VERSION="9").values()
    assert finding.level == "not checked"
    assert "DEFAULT_MODEL" in finding.says


def test_a_hidden_value_excuses_no_other_whose_name_holds_its_own():
    """METRICS_TOKEN is not MAIN_API_METRICS_TOKEN."""
    values = {"MAIN_API_METRICS_TOKEN": "two words"}
    (finding,) = found("monitoring", "METRICS_TOKEN", **values).values()
    assert (finding.level, "MAIN_API_METRICS_TOKEN" in finding.says) == ("fault", True)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        pytest.param("ml-api", "API_KEYS", id="predictions"),
        pytest.param("ml-api", "METRICS_TOKEN", id="the-apis-metrics"),
        pytest.param("monitoring", "METRICS_TOKEN", id="the-monitors-metrics"),
        pytest.param("monitoring", "CRON_SECRET", id="check"),
        pytest.param("ml-api", "REDIS_URL", id="counts"),
        pytest.param("monitoring", "REDIS_URL", id="history"),
        pytest.param("monitoring", "MAIN_API_URL", id="the-api"),
        pytest.param("monitoring", "ALERT_URLS", id="people"),
    ],
)
def test_what_is_not_set_is_a_warning_with_what_it_means(name, variable):
    """And one that the platform hides is set."""
    about = f"{name} {variable}"
    assert found(name)[about].level == "warning"
    assert found(name)[about].do
    assert about not in found(name, variable)


@pytest.mark.parametrize(
    ("name", "variable", "value"),
    [
        pytest.param("ml-api", "METRICS_TOKEN", "x", id="a-door"),
        pytest.param("ml-api", "KV_URL", "redis://127.0.0.1:9", id="another-name-of-redis"),
        pytest.param("monitoring", "KV_URL", "redis://127.0.0.1:9", id="another-name-for-history"),
        pytest.param("monitoring", "MAIN_API_URL", "https://a.example", id="the-api"),
    ],
)
def test_what_is_set_is_no_warning(name, variable, value):
    """Nobody is called for that."""
    about = f"{name} {variable.replace('KV_URL', 'REDIS_URL')}"
    assert about in found(name)
    assert about not in found(name, **{variable: value})


def test_a_door_that_was_opened_on_purpose_is_explained_and_not_closed():
    """It is no want of a variable."""
    finding = found("ml-api", RATE_LIMIT="off")["ml-api RATE_LIMIT"]
    assert (finding.level, "vercel env add" in finding.do) == ("warning", False)


def test_a_door_that_a_hidden_setting_closes_is_not_called_open():
    """Receipts are everybody's only where no keys are asked for."""
    about = "ml-api RECEIPT_SECRET"
    assert about in found("ml-api", RECEIPT_SECRET="x" * 16)
    assert about not in found("ml-api", "API_KEYS", RECEIPT_SECRET="x" * 16)


def test_variables_of_a_shell_are_a_guess():
    """The way to know is named."""
    guess = source("ml-api", Given({}, frozenset(), "this shell", is_guess=True))
    assert guess.level == "warning"
    assert "vercel pull" in guess.do
    assert source("ml-api", Given({}, frozenset({"A"}), "x")).says == (
        "read from x; of 1 variables it tells the names alone"
    )


def test_a_value_of_the_shell_that_stops_the_start_is_a_warning():
    """The platform may have another one, or none."""
    guess = Given({"COUNTERS_PATH": "/here"}, frozenset(), "this shell", is_guess=True)
    (finding,) = judged("ml-api", guess).values()
    assert (finding.level, "vercel pull" in finding.do) == ("warning", True)


def test_the_shipped_bundles_answer_right(nothing_set):
    """Each was loaded and asked."""
    first, *_ = serving_findings(ROOT / "ml-api", nothing_set)
    assert (first.about, first.level) == ("ml-api bundles", "ok")
    assert "every golden is answered right" in first.says
