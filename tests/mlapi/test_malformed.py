"""Artifacts whose hashes are right and whose content isn't: the bundle stops, the process doesn't."""

import json

import pytest

from mlapi.settings import SettingsError
from training.sealed import seal, sha256


def reseal(artifacts, name, data):
    """Give a model another bundle.json, and the index its hash."""
    (artifacts / name / "1" / "bundle.json").write_bytes(data)
    index = json.loads((artifacts / "index.json").read_bytes())
    index.pop("sha256")
    index["bundles"][name]["1"] = {"bytes": len(data), "sha256": sha256(data)}
    (artifacts / "index.json").write_bytes(seal(index))


def card_of(artifacts, name):
    """Return a model's card."""
    return json.loads((artifacts / name / "1" / "bundle.json").read_bytes())


def assert_degraded(client, student):
    """Penguins are broken, and nothing else is."""
    health = client.get("/api/health")
    assert (health.status_code, health.get_json()["status"]) == (200, "degraded")
    assert "penguins/1" in health.get_json()["checks"]["penguins/1"]["reason"]
    assert client.post("/api/predict?model=penguins", json={}).status_code == 503
    assert client.post("/api/predict", json=student).status_code == 200
    assert client.get("/api/models").status_code == 200
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"bundles": 5},
        {"bundles": []},
        {"bundles": {"penguins": 5}},
        {"bundles": {"penguins": {"1": "abc"}}},
        {"bundles": {"penguins": {"1": {}}}},
        {"bundles": {"../penguins": {"1": {"sha256": ""}}}},
        {"bundles": {"penguins": {"..": {"sha256": ""}}}},
    ],
    ids=str,
)
def test_an_index_of_another_shape_is_unhealthy(artifacts, client_of, content):
    """And named."""
    (artifacts / "index.json").write_bytes(seal(content))
    health = client_of(artifacts).get("/api/health")
    assert health.status_code == 503
    assert "index.json" in health.get_json()["reason"]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'"x"', b"5", b"{}", b"\xff", b'{"format": 1}', b'{"format": NaN}', b"[" * 100_000]
)
def test_a_card_that_is_none_stops_its_own_model_alone(artifacts, client_of, student, data):
    """Its hash is right, which only says that somebody wrote it so."""
    reseal(artifacts, "penguins", data)
    assert_degraded(client_of(artifacts), student)


KEYS = [
    "task",
    "title",
    "description",
    "engine",
    "files",
    "features",
    "input",
    "output",
    "explain",
    "tolerance",
]


@pytest.mark.parametrize("key", [*KEYS, "goldens"])
@pytest.mark.parametrize("value", [None, {}, 5, []], ids=["missing", "empty", "number", "list"])
def test_a_card_without_something_that_serving_needs_stops_its_own_model_alone(
    artifacts, client_of, student, key, value
):
    """At the start, or when it is first asked for; from then on health says so."""
    card = card_of(artifacts, "penguins") | {key: value}
    if value is None:
        del card[key]
    reseal(artifacts, "penguins", json.dumps(card).encode())
    client = client_of(artifacts)
    client.post("/api/predict?model=penguins", json={})
    assert_degraded(client, student)


def test_goldens_that_are_answered_otherwise_stop_the_model(artifacts, client_of, student):
    """The hashes are right, the answers aren't."""
    card = card_of(artifacts, "math-score")
    card["goldens"][0]["prediction"] += 1
    reseal(artifacts, "math-score", json.dumps(card).encode())
    ready = client_of(artifacts).get("/readyz")
    assert ready.status_code == 503
    assert "math-score/1 answers 1 of 8 golden rows wrong" in ready.get_json()["reason"]


def test_a_file_that_changes_after_the_start_is_named_when_it_is_loaded(artifacts, client_of):
    """The bytes that are loaded are those that were hashed."""
    client = client_of(artifacts)
    (artifacts / "penguins" / "1" / "model.onnx").write_bytes(b"other")
    refused = client.post("/api/predict?model=penguins", json={})
    assert refused.status_code == 503
    assert "penguins/1/model.onnx does not match its sha256" in refused.get_json()["detail"]


def test_a_broken_record_of_a_failed_run_is_degraded_and_hides_no_wrong_setting(
    artifacts, client_of, student
):
    """Predictions go on; a default model that isn't there still stops the start."""
    (artifacts / "penguins" / "failed-run.json").write_bytes(b"{}")
    client = client_of(artifacts)
    assert client.get("/api/health").get_json()["status"] == "degraded"
    assert client.post("/api/predict", json=student).status_code == 200
    with pytest.raises(SettingsError, match="DEFAULT_MODEL"):
        client_of(artifacts, default_model="unknown")


def test_the_record_of_a_failed_run_is_on_the_card(artifacts, client_of):
    """So that a monitor sees that training failed, though the model still serves."""
    run = {"pipeline": "penguins", "success": False, "stages": []}
    (artifacts / "penguins" / "failed-run.json").write_bytes(seal(run))
    assert client_of(artifacts).get("/api/model-info?model=penguins").get_json()["failed_run"] == run
