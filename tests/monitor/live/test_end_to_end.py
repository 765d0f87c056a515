"""A real API that counts and a real monitor that looks: inputs that move, and outcomes that are told."""

import csv
import math
from random import Random

import pytest
import requests

from monitor.accuracy import FEWEST
from monitor.drift import ROWS
from tests.monitor.live.inputs import ROOT, deviation, fresh, shifted

SECRET = "a-secret-of-the-tests"  # noqa: S105 - of a server that the test starts
DEVIATION_OF_TARGET = 14.949809062325846


@pytest.fixture
def api(servers, tmp_path):
    """Return the address of an API that counts into a file of its own, and gives receipts."""
    env = {"COUNTERS_PATH": str(tmp_path / "api.db"), "RECEIPT_SECRET": SECRET}
    return servers.serve(ROOT / "ml-api", env)


@pytest.fixture
def monitor(servers, tmp_path, api):
    """Return the address of a monitor that watches it, and probes when it is told to."""
    env = {"HISTORY_PATH": str(tmp_path / "monitor.db"), "MAIN_API_URL": api, "CRON_SECRET": SECRET}
    return servers.serve(ROOT / "monitoring", env)


def check(monitor):
    """Probe now, and return the status."""
    said = requests.get(
        f"{monitor}/api/check", headers={"Authorization": f"Bearer {SECRET}"}, timeout=10
    ).json()
    assert said["state"] == "up", said["reason"]
    return said


def predicted(api, rows, query=""):
    """Return the answers to rows."""
    answer = requests.post(f"{api}/api/predict{query}", json=rows, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()["predictions"]


def said_by(monitor, path):
    """Return the text of an address."""
    return requests.get(f"{monitor}{path}", timeout=10).text


def students(random, rows):
    """Return rows as the API takes them."""
    return [
        {name: int(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in fresh(random, rows)
    ]


@pytest.mark.slow
def test_inputs_that_move_are_seen_everywhere(api, monitor):
    """On the page, as JSON, as metrics, and as an alert, after two windows; the goldens never count."""
    first = check(monitor)
    assert (first["drift"], first["drift_missing"]) == (None, "Not enough data: 0 of 200 rows.")
    random, by = Random(5), deviation("reading_score")
    predicted(api, students(random, 120))
    assert check(monitor)["drift_missing"] == "Not enough data: 120 of 200 rows."
    predicted(api, students(random, ROWS))
    clean = check(monitor)
    assert clean["drift_missing"] is None
    assert {row["rows"] for row in clean["drift"]} == {320}
    assert not any(row["drifted"] for row in clean["drift"])
    for _ in range(2):
        predicted(api, shifted(students(random, 250), "reading_score", round(by)))
        moved = check(monitor)
    worst = moved["drift"][0]
    assert (worst["model"], worst["version"], worst["feature"]) == ("math-score", "1", "reading_score")
    assert (worst["rows"], worst["windows"], worst["drifted"]) == (250, 2, True)
    assert worst["psi"] > worst["threshold"] >= 0.1
    (alert,) = [each for each in moved["alerts"] if each["name"] == "ModelInputDrift"]
    assert alert["state"] == "firing"
    assert "reading_score of math-score 1" in alert["summary"]
    page = said_by(monitor, "/")
    assert "drifted" in page
    assert "ModelInputDrift" in page
    labels = 'feature="reading_score",model="math-score",model_version="1"'
    exposed = said_by(monitor, "/api/metrics")
    assert f"ml_feature_drift_psi{{{labels}}} {worst['psi']}" in exposed
    assert f"ml_drift_rows{{{labels}}} 250.0" in exposed
    assert f"ml_feature_drifted{{{labels}}} 1.0" in exposed


@pytest.mark.slow
def test_outcomes_that_are_told_become_live_errors(api, monitor):
    """To one thousandth of a deviation per label; below twenty of them nothing is said."""
    answers = predicted(api, students(Random(6), 120), "?receipts=true")
    check(monitor)
    off = [at % 23 - 7.25 for at in range(120)]
    told = [
        {"receipt": one["receipt"], "actual": one["prediction"] + each}
        for one, each in zip(answers, off, strict=True)
    ]
    assert requests.post(f"{api}/api/feedback", json=told[: FEWEST - 1], timeout=10).status_code == 200
    few = check(monitor)
    assert few["live"][0] == dict.fromkeys(few["live"][0]) | {
        "model": "math-score",
        "version": "1",
        "labels": FEWEST - 1,
    }
    assert "ml_live_mae{" not in said_by(monitor, "/api/metrics")
    assert f"{FEWEST - 1} true outcomes told so far" in said_by(monitor, "/")
    assert requests.post(f"{api}/api/feedback", json=told[FEWEST - 1 :], timeout=10).status_code == 200
    live = check(monitor)["live"][0]
    mae, rmse = sum(map(abs, off)) / 120, math.sqrt(sum(each**2 for each in off) / 120)
    assert live["labels"] == 120
    assert live["mae"] == pytest.approx(mae, abs=1e-3 * DEVIATION_OF_TARGET)
    assert live["rmse"] == pytest.approx(rmse, abs=1e-2 * DEVIATION_OF_TARGET)
    exposed = said_by(monitor, "/api/metrics")
    assert f'ml_live_mae{{model="math-score",model_version="1"}} {live["mae"]}' in exposed
    assert "Live MAE" in said_by(monitor, "/")


@pytest.mark.slow
def test_classes_have_a_live_accuracy(servers, tmp_path):
    """Of the default model, on the page, as one of the five numbers, and in the live view."""
    env = {"COUNTERS_PATH": str(tmp_path / "api.db"), "RECEIPT_SECRET": SECRET, "DEFAULT_MODEL": "penguins"}
    api = servers.serve(ROOT / "ml-api", env)
    kept = {"HISTORY_PATH": str(tmp_path / "monitor.db"), "MAIN_API_URL": api, "CRON_SECRET": SECRET}
    monitor = servers.serve(ROOT / "monitoring", kept)
    answers = predicted(api, penguins(110), "?receipts=true")
    wrong = {"Adelie": "Gentoo", "Gentoo": "Chinstrap", "Chinstrap": "Adelie"}
    told = [
        {"receipt": one["receipt"], "actual": wrong[one["prediction"]] if at < 22 else one["prediction"]}
        for at, one in enumerate(answers)
    ]
    check(monitor)
    assert requests.post(f"{api}/api/feedback", json=told, timeout=10).json()["counted"] == 110
    said = check(monitor)
    live = next(each for each in said["live"] if each["model"] == "penguins")
    assert (live["labels"], live["accuracy"], live["mae"]) == (110, 0.8, None)
    assert live["low"] < 0.8 < live["high"]
    assert said["traffic"]["accuracy"] == 0.8
    assert requests.get(f"{monitor}/api/metrics?format=json", timeout=10).json()["accuracy"] == 0.8
    assert requests.get(f"{monitor}/api/live", timeout=10).json()["accuracy"] == 0.8
    assert [each["state"] for each in said["alerts"] if each["name"] == "LiveAccuracyDrop"] == ["pending"]


def penguins(rows):
    """Return measured penguins as the API takes them."""
    text = (ROOT / "training/data/penguins.csv").read_text().splitlines()
    names = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
    found = []
    for row in csv.DictReader(text):
        if "NA" not in row.values() and all(row.values()):
            found.append(
                {name: float(row[name]) for name in names} | {"island": row["island"], "sex": row["sex"]}
            )
    return found[:rows]
