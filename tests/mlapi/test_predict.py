"""POST /api/predict: one row, many rows, tables, explanations."""

import csv
import io
import json
import uuid

import pytest


def test_one_object_gets_one_answer_with_an_interval(client, student):
    """The first call that a newcomer makes."""
    answer = client.post("/api/predict", json=student)
    said = answer.get_json()
    assert answer.status_code == 200
    assert list(said) == ["id", "prediction", "unit", "interval", "warnings", "model"]
    assert said["unit"] == "points"
    assert said["interval"]["level"] == 0.9
    assert said["interval"]["low"] < said["prediction"] < said["interval"]["high"]
    assert said["warnings"] == []
    assert said["model"]["name"] == "math-score"
    assert uuid.UUID(said["id"]) == uuid.UUID(answer.headers["X-Request-Id"])


@pytest.mark.parametrize(
    "wrap", [lambda rows: rows, lambda rows: {"instances": rows}], ids=["list", "instances"]
)
def test_many_rows_get_answers_in_order(client, student, wrap):
    """Each as it would have been answered alone."""
    rows = [student | {"reading_score": score} for score in (20, 90, 55)]
    many = client.post("/api/predict", json=wrap(rows)).get_json()
    alone = [client.post("/api/predict", json=row).get_json() for row in rows]
    assert list(many) == ["id", "predictions", "model"]
    assert [p["prediction"] for p in many["predictions"]] == pytest.approx([a["prediction"] for a in alone])
    assert all("id" not in p and "model" not in p for p in many["predictions"])


def test_goldens_are_answered_as_scikit_learn_did(client, cards):
    """For every shipped model, within the bundle's tolerance."""
    for name, card in cards.items():
        rows = [golden["input"] for golden in card["goldens"]]
        said = client.post(f"/api/predict?model={name}", json=rows).get_json()
        for golden, answer in zip(card["goldens"], said["predictions"], strict=True):
            close = {"abs": card["tolerance"]["absolute"], "rel": 0}
            if card["task"] == "regression":
                assert answer["prediction"] == pytest.approx(golden["prediction"], **close)
            else:
                assert answer["prediction"] == golden["prediction"]
                assert answer["probabilities"] == pytest.approx(golden["probabilities"], **close)


def test_classes_come_with_confidence_and_probabilities(client, cards):
    """The confidence is the predicted class's probability."""
    row = cards["penguins"]["input"]["examples"][0]
    said = client.post("/api/predict?model=penguins&version=1", json=row).get_json()
    assert list(said) == ["id", "prediction", "confidence", "probabilities", "warnings", "model"]
    assert set(said["probabilities"]) == {"Adelie", "Chinstrap", "Gentoo"}
    assert said["confidence"] == said["probabilities"][said["prediction"]]
    assert sum(said["probabilities"].values()) == pytest.approx(1)


def test_a_table_is_answered_as_a_table_or_as_json(client, student):
    """CSV in, and CSV out where it is asked for."""
    body = ",".join(reversed(student)) + "\n"
    body += ",".join(str(value) for value in reversed(student.values())) + "\n"
    sent = {"data": body, "content_type": "text/csv; charset=utf-8"}
    said = client.post("/api/predict", **sent).get_json()["predictions"]
    table = client.post("/api/predict", headers={"Accept": "text/csv"}, **sent)
    assert table.mimetype == "text/csv"
    (line,) = csv.DictReader(io.StringIO(table.text))
    assert list(line) == ["prediction", "low", "high", "warnings"]
    assert float(line["prediction"]) == said[0]["prediction"]
    assert float(line["high"]) == said[0]["interval"]["high"]


def test_a_table_of_classes_has_a_column_per_class(client, cards):
    """In the order of the card's classes."""
    row = cards["penguins"]["input"]["examples"][0]
    table = client.post("/api/predict?model=penguins", json=row, headers={"Accept": "text/csv"})
    classes = [f"p_{name}" for name in cards["penguins"]["output"]["classes"]]
    assert table.text.splitlines()[0] == ",".join(["prediction", "confidence", *classes, "warnings"])


def test_a_value_outside_the_training_range_is_answered_with_a_warning(client, student, cards):
    """Inside the hard limits, outside of what was seen."""
    feature = next(f for f in cards["math-score"]["features"] if f["name"] == "reading_score")
    assert feature["low"] > 0
    said = client.post("/api/predict", json=student | {"reading_score": 0}).get_json()
    assert [warning["feature"] for warning in said["warnings"]] == ["reading_score"]
    assert said["warnings"][0]["detail"].startswith("below the training range")


def test_contributions_sum_to_the_difference_from_the_typical_row(client, cards):
    """For every shipped model that can be explained."""
    for name, card in cards.items():
        rows = [golden["input"] for golden in card["goldens"]]
        said = client.post(f"/api/predict?model={name}&explain=true", json=rows).get_json()["predictions"]
        for answer in said:
            explanation = answer["explanation"]
            assert set(explanation["contributions"]) == set(card["input"]["properties"])
            value = answer["prediction"] if card["task"] == "regression" else answer["confidence"]
            total = explanation["baseline"] + sum(explanation["contributions"].values())
            assert total == pytest.approx(value, abs=1e-4)


def test_an_explained_table_has_a_column_per_contribution(client, student):
    """After the columns that every table has."""
    table = client.post("/api/predict?explain=1", json=student, headers={"Accept": "text/csv"})
    assert table.text.splitlines()[0].startswith("prediction,low,high,warnings,contribution_")


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html", "text/csv;q=0.5, application/json"]
)
def test_json_is_the_answer_unless_a_table_is_preferred(client, student, accept):
    """Browsers and curl ask for anything."""
    answer = client.post("/api/predict", json=student, headers={"Accept": accept})
    assert answer.mimetype == "application/json"


def test_answers_are_strict_json_and_not_cached(client, student):
    """No NaN ever leaves."""
    answer = client.post("/api/predict", json=student)
    json.loads(answer.data, parse_constant=pytest.fail)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
