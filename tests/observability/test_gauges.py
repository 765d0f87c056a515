"""What the monitor exposes for the alerts alone: counts of outcomes, ends of intervals, allowed ages."""

import pytest
import requests

from monitor import live_metrics, pipeline_metrics
from monitor.accuracy import Live
from monitor.metrics import Exposition
from monitor.watch import View
from tests.monitor.samples import NOW, model, sample
from tests.observability.metric_names import ROOT

KEY = ("penguins", "1")


def values(families):
    """Return what families say: name -> values."""
    return {family.name: [one.value for one in family.samples] for family in families}


def test_the_interval_of_live_accuracy_is_told_with_how_many_outcomes_it_has():
    """LiveAccuracyDrop asks for all three."""
    said = values(live_metrics.families([], [Live(*KEY, 120, accuracy=0.8, low=0.72, high=0.86)]))
    assert said["ml_live_labels"] == [120]
    assert (said["ml_live_accuracy_low"], said["ml_live_accuracy_high"]) == ([0.72], [0.86])
    assert said["ml_live_rmse"] == []


def test_few_outcomes_say_nothing():
    """Not even how many they are: nothing could be made of it."""
    assert not any(values(live_metrics.families([], [Live(*KEY, 19)])).values())


@pytest.mark.parametrize(("low", "expected"), [(0.98, [0.98]), (None, [])])
def test_the_cards_accuracy_has_an_interval_or_none(low, expected):
    """Absent is not zero."""
    scores = {"accuracy": {"value": 0.99, "low": low, "high": None, "dummy": None}}
    view = View(NOW, sample(models=[model(scores=scores)]), {}, False, "memory")
    assert values(Exposition(view, 600.0).collect())["ml_model_accuracy_low"] == expected


@pytest.mark.parametrize(("seconds", "expected"), [(86_400, [86_400]), (None, [])])
def test_the_age_that_a_success_may_have_is_told_where_somebody_set_it(seconds, expected):
    """Without it no pipeline is stale."""
    assert values(pipeline_metrics.families([model()], seconds))["ml_pipeline_max_age_seconds"] == expected


def test_the_setting_reaches_prometheus(servers, api_server, tmp_path):
    """PIPELINE_MAX_AGE, by the real monitor."""
    env = {"MAIN_API_URL": api_server, "HISTORY_PATH": str(tmp_path / "m.db"), "PIPELINE_MAX_AGE": "86400"}
    text = requests.get(f"{servers.serve(ROOT / 'monitoring', env)}/api/metrics", timeout=20).text
    assert "\nml_pipeline_max_age_seconds 86400.0\n" in text
