"""What the API says of itself: cards, the list, OpenAPI, health, the log."""

import io
import json
import os
import uuid

import jsonschema
import pytest

from mlapi import log
from mlapi.settings import ARTIFACTS, SettingsError


def test_the_card_is_the_bundle_as_written(client):
    """With the run that made it."""
    said = client.get("/api/model-info").get_json()
    assert said["bundle"] == json.loads((ARTIFACTS / "math-score/1/bundle.json").read_bytes())
    assert said["run"]["stages"][0]["name"] == "data_ingestion"
    assert said["run"]["success"] is True
    assert said["failed_run"] is None


def test_a_card_is_chosen_by_name_and_version(client):
    """And an unknown one is a problem."""
    said = client.get("/api/model-info?model=penguins&version=1").get_json()
    assert said["bundle"]["name"] == "penguins"
    assert client.get("/api/model-info?model=unknown").status_code == 404


def test_the_list_names_every_model_with_its_state(client):
    """One of them is the default."""
    models = client.get("/api/models").get_json()["models"]
    assert {model["name"] for model in models} >= {"math-score", "penguins"}
    assert [model["name"] for model in models if model["default"]] == ["math-score"]


@pytest.mark.parametrize("model", ["math-score", "penguins"])
def test_openapi_describes_what_is_answered(client, cards, model):
    """Answers of every kind are valid by the schemas that are published."""
    document = client.get(f"/api/openapi.json?model={model}").get_json()
    row = cards[model]["input"]["examples"][0]
    path = f"/api/predict?model={model}"
    calls = {
        "Answer": client.post(path + "&explain=true", json=row),
        "Answers": client.post(path, json=[row, row]),
        "Problem": client.post(path, json={}),
    }
    for name, answer in calls.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(answer.get_json())


def test_a_setting_that_names_no_model_stops_the_start(client_of):
    """Instead of a deployment that can't answer anything."""
    with pytest.raises(SettingsError, match="DEFAULT_MODEL"):
        client_of(ARTIFACTS, default_model="unknown")
    with pytest.raises(SettingsError, match="MODEL_VERSION"):
        client_of(ARTIFACTS, model_version="99")


def test_the_default_model_can_be_another(client_of, cards):
    """The others still answer by name."""
    client = client_of(ARTIFACTS, default_model="penguins")
    row = cards["penguins"]["input"]["examples"][0]
    assert client.post("/api/predict", json=row).get_json()["model"]["name"] == "penguins"
    assert client.get("/api/health").get_json()["checks"]["math-score/1"] == {"state": "verified"}


def lines(capsys):
    """Return what was logged."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_call_leaves_one_line_without_its_inputs(client, student, capsys):
    """Whatever became of it."""
    said = client.post("/api/predict", json=[student] * 3).get_json()
    client.post("/api/predict", data="x", content_type="text/plain")
    answered, refused = lines(capsys)
    assert uuid.UUID(answered["id"]) == uuid.UUID(said["id"])
    assert answered | {"id": "", "milliseconds": 0} == {
        "id": "",
        "model": "math-score",
        "version": "1",
        "outcome": "answered",
        "status": 200,
        "rows": 3,
        "milliseconds": 0,
    }
    assert answered["milliseconds"] > 0
    assert (refused["outcome"], refused["status"], refused["rows"]) == ("refused", 415, 0)


def test_inputs_are_logged_where_that_was_asked_for(client_of, student, capsys):
    """LOG_INPUTS=1."""
    client_of(ARTIFACTS, log_inputs=True).post("/api/predict", json=student)
    assert lines(capsys)[0]["inputs"] == [student]


def test_a_log_that_cannot_be_written_costs_the_line_alone():
    """A full disk and a closed stream."""
    with io.TextIOWrapper(io.FileIO("/dev/full", "w")) as full:
        with pytest.raises(OSError, match="No space"):
            os.write(full.fileno(), b"x")
        log.write({"id": "x"}, full)
    closed = io.StringIO()
    closed.close()
    log.write({"id": "x"}, closed)
