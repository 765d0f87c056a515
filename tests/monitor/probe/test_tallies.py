"""What the API counted of each model, and the distribution that its card holds beside it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from monitor.counted import Counted, Feedback, Tally
from monitor.probe import Api
from monitor.probe.baseline import read_baseline
from monitor.probe.counters import NOT_AVAILABLE, NOT_CONNECTED
from monitor.probe.exposed import MOST_LINES
from monitor.probe.faults import Failed
from monitor.probe.run import probe
from monitor.probe.tallies import read_tallies
from monitor.shapes import WrongShape
from tests.monitor.fake_api import FakeApi, FakeModel, says
from tests.monitor.probe.seen import fault_of, look
from tests.monitor.probe.test_counters import TEXT

KEY = ("math-score", "1")
MODEL = ("model", "model_version")


def exposed() -> str:
    """Return counters of 12 rows of one model, and outcomes of both kinds."""
    registry = CollectorRegistry()
    rows = Counter("ml_predictions", "Rows", [*MODEL, "species"], registry=registry)
    bins = Counter("ml_feature_bin", "Bins", [*MODEL, "feature", "bin"], registry=registry)
    for label, count in (("0", 7), ("1", 4), ("missing", 1)):
        bins.labels(*KEY, 'a "feature"', label).inc(count)
    rows.labels(*KEY, "").inc(12)
    rows.labels("penguins", "1", "Adelie").inc(3)
    rows.labels("penguins", "1", "Gentoo").inc(4)
    told = Counter("ml_feedback", "Outcomes", MODEL, registry=registry)
    right = Counter("ml_feedback_correct", "Right ones", MODEL, registry=registry)
    sums = {name: Gauge(f"ml_feedback_{name}_error_sum", "Sums", MODEL, registry=registry) for name in SUMS}
    told.labels(*KEY).inc(5)
    told.labels("penguins", "1").inc(6)
    right.labels("penguins", "1").inc(4)
    for name, gauge in sums.items():
        gauge.labels(*KEY).set(SUMS[name])
    return generate_latest(registry).decode()


SUMS = {"absolute": 10.5, "squared": 33.25}
OWN = exposed()
TALLIES = {
    KEY: Tally(12, {'a "feature"': {"0": 7, "1": 4, "missing": 1}}, Feedback(5.0, 10.5, 33.25)),
    ("penguins", "1"): Tally(7, {}, Feedback(6.0, correct=4.0)),
}


def test_rows_bins_and_outcomes_are_those_of_each_model() -> None:
    """Rows of all classes together."""
    assert read_tallies(OWN) == TALLIES


def test_a_live_reading_leaves_the_bins_out() -> None:
    """They are most of the text, and a second later they say nothing new."""
    assert read_tallies(OWN, bins=False)[KEY].bins == {}


BAD = {
    "half a row": OWN.replace("} 7.0", "} 7.5"),
    "too many rows": OWN.replace("} 12.0", "} 1e19"),
    "negative": OWN.replace("} 4.0", "} -4.0"),
    "nan": OWN.replace("10.5", "NaN"),
    "a bin twice": OWN + "\n".join(line for line in OWN.split("\n") if 'bin="1"' in line) + "\n",
    "outcomes twice": OWN + 'ml_feedback_total{model="penguins",model_version="1"} 6.0\n',
    "more right than told": OWN.replace("} 6.0", "} 3.0"),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_counters_that_can_not_be_are_refused(text: str) -> None:
    """And the API is degraded for it."""
    assert text != OWN
    with pytest.raises(WrongShape):
        read_tallies(text)
    with FakeApi() as api:
        api.on("/api/metrics", says((TEXT + text).encode()))
        sample = look(api)
    assert (sample["state"], fault_of(sample, "metrics")[0]) == ("degraded", "wrong-shape")


def test_a_very_wide_model_is_no_fault() -> None:
    """Its inputs are not judged; all else is."""
    line = 'ml_feature_bin_total{bin="%d",feature="f",model="math-score",model_version="1"} 1.0\n'
    wide = OWN + "".join(line % at for at in range(MOST_LINES))
    assert [tally.bins for tally in read_tallies(wide).values()] == [{}, {}]


@given(st.text() | st.lists(st.sampled_from(OWN.split("\n")) | st.text(max_size=20)).map("\n".join))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_text_makes_reading_raise_anything_else(text: str) -> None:
    """Whatever is exposed."""
    try:
        tallies = read_tallies(text)
    except (Failed, WrongShape):
        return
    assert all(tally.rows >= 0 for tally in tallies.values())


STORES = {
    "none": ('ml_store_up 0.0\nml_store_info{backend="none",shared="false"} 1.0\n', NOT_CONNECTED),
    "down": ('ml_store_up 0.0\nml_store_info{backend="redis",shared="true"} 1.0\n', NOT_AVAILABLE),
}


@pytest.mark.parametrize(("text", "missing"), STORES.values(), ids=STORES)
def test_an_api_that_counts_nothing_says_why(text: str, missing: str) -> None:
    """It is up."""
    with FakeApi() as api:
        api.on("/api/metrics", says(text.encode()))
        sample = look(api)
    assert (sample["state"], sample["traffic"], sample["traffic_missing"]) == ("up", None, missing)


BASELINE = {
    "rows": 10,
    "features": {
        'a "feature"': {"edges": [1.5], "counts": [4, 6], "missing": 0},
        "kind": {
            "values": ["a", "other", "missing", True, 3],
            "counts": [1, 2, 3, 4, 0],
            "other": 0,
            "missing": 0,
        },
    },
}


def test_a_baseline_has_the_bins_that_the_api_counts() -> None:
    """A category that is called like one of ours stands in quotes."""
    assert read_baseline(BASELINE) == {
        'a "feature"': {"0": 4, "1": 6, "missing": 0},
        "kind": {"a": 1, '"other"': 2, '"missing"': 3, "true": 4, "3": 0, "missing": 0, "other": 0},
    }


NUMBER = {"edges": [1], "counts": [4, 6], "missing": 0}
NO_BASELINES: dict[str, Any] = {
    "nothing": None,
    "no features": {"rows": 3},
    "a list": {"features": []},
    "a count too few": {"features": {"f": NUMBER | {"counts": [4]}}},
    "half a count": {"features": {"f": NUMBER | {"counts": [4, 0.5]}}},
    "a negative count": {"features": {"f": NUMBER | {"missing": -1}}},
    "a value twice": {"features": {"f": {"values": ["a", "a"], "counts": [1, 2], "other": 0, "missing": 0}}},
    "a value that is none": {"features": {"f": {"values": [[]], "counts": [1], "other": 0, "missing": 0}}},
}


@pytest.mark.parametrize("baseline", NO_BASELINES.values(), ids=NO_BASELINES)
def test_a_card_without_a_baseline_is_a_card(baseline: Any) -> None:
    """Its inputs can only not be judged."""
    with pytest.raises(WrongShape):
        read_baseline(baseline)
    with FakeApi([FakeModel(card={"baseline": baseline})]) as api:
        api.on("/api/metrics", says((TEXT + OWN).encode()))
        probed = probe(Api(api.url), api.pins(), {}, remembers=False)
    assert probed.sample["state"] == "up"
    assert probed.counted[KEY].baseline == {}


def test_what_is_more_than_can_be_judged_is_left_out() -> None:
    """Features with names that can't be shown, with too many bins, without rows; and those beyond 200."""
    wide = {"values": list(range(100)), "counts": [1] * 100, "other": 0, "missing": 0}
    odd = {"two\nlines": NUMBER, "x" * 300: NUMBER, "wide": wide, "none": NUMBER | {"counts": [0, 0]}}
    assert read_baseline({"features": {**odd, "f": NUMBER}}).keys() == {"f"}
    many = {f"f{at}": NUMBER for at in range(300)}
    assert len(read_baseline({"features": many})) == 200


def test_a_probe_brings_both_together() -> None:
    """Of the models whose cards it shows."""
    with FakeApi([FakeModel(card={"baseline": BASELINE})]) as api:
        text = TEXT.replace('model="math-score"', 'model="old"') + OWN
        api.on("/api/metrics", says(text.encode()))
        counted = probe(Api(api.url), api.pins(), {}, remembers=False).counted
    tally = TALLIES[KEY]
    assert counted == {KEY: Counted(tally.rows, tally.bins, read_baseline(BASELINE), tally.feedback)}
