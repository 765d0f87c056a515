"""The goals say met, missed or not measured, of the numbers that they name."""

from dataclasses import replace

import pytest

from bench.goals import GOALS, judged
from bench.results import Once
from tests.bench.made import entry, left_out, results


def states(found):
    """Return what each goal says."""
    return {each.goal.name: each.state for each in judged(found)}


def test_all_are_met_by_numbers_that_meet_them():
    """None of them is left unmeasured by a whole run."""
    assert set(states(results()).values()) == {"met"}


WORSE = {
    "cold start beside the naive design": {"naive": entry("naive", cold_ms=599.0, rps_8=10.0)},
    "cold start beside FastAPI": {"fastapi": entry("fastapi", cold_ms=749.0, rps_8=10.0, memory_mib=200.0)},
    "cold start beside MLflow": {"mlflow": entry("mlflow", cold_ms=1199.0, rps_8=10.0, memory_mib=200.0)},
    "cold start beside BentoML": {"bentoml": entry("bentoml", cold_ms=1199.0, rps_8=10.0, memory_mib=200.0)},
    "cold start beside LitServe": {
        "litserve": entry("litserve", cold_ms=1199.0, rps_8=9.0, memory_mib=200.0)
    },
    "cold start beside the bare echo": {"echo": entry("echo", cold_ms=83.0)},
    "p50 at 1 connection beside the bare echo": {"echo": entry("echo", p50_us_1=74.0)},
    "throughput at 8 connections beside the best peer": {"naive": entry("naive", rps_8=1001.0)},
    "what counting in Redis costs at p50": {"tandem_redis": entry("tandem-redis", p50_us_1=241.0)},
    "memory beside the smallest peer": {"mlflow": entry("mlflow", memory_mib=159.0)},
    "1,000 rows in a call beside one row": {"tandem": entry("tandem", many_rows_us=4501.0)},
    "p99 beside p50 at 32 connections": {"tandem": entry("tandem", p99_us_32=20_001.0)},
}


@pytest.mark.parametrize(("goal", "changed"), WORSE.items(), ids=WORSE)
def test_each_is_missed_a_little_beyond_its_limit(goal, changed):
    """By the number that it is about."""
    assert states(results(**changed))[goal] == "missed"


@pytest.mark.parametrize(
    ("key", "goal", "value"),
    [
        ("bundle_mib_ml_api", "built ml-api deployment", 140.1),
        ("bundle_mib_monitoring", "built monitoring deployment", 25.1),
    ],
    ids=["ml-api", "monitoring"],
)
def test_a_build_that_is_too_large_misses_its_goal(key, goal, value):
    """In MiB."""
    found = results()
    large = replace(found, besides={**found.besides, key: Once(values=[value])})
    assert states(large)[goal] == "missed"


def test_every_goal_has_a_case_here():
    """A new one needs its own."""
    built = {"built ml-api deployment", "built monitoring deployment"}
    assert {goal.name for goal in GOALS} == set(WORSE) | built


def test_what_was_not_measured_is_neither_met_nor_missed():
    """A peer that could not be installed, a build that could not be made."""
    found = replace(results(mlflow=left_out("mlflow")), besides={})
    said = states(found)
    assert said["cold start beside MLflow"] == "not measured"
    assert said["built ml-api deployment"] == "not measured"
    assert said["memory beside the smallest peer"] == "met"


def test_a_peer_that_was_left_out_is_no_best_peer():
    """Nor is the floor, or one of ours."""
    best = left_out("naive")
    found = results(naive=best, echo=entry("echo", rps_8=9000.0, memory_mib=20.0))
    assert states(found)["throughput at 8 connections beside the best peer"] == "met"
    assert states(found)["memory beside the smallest peer"] == "met"
