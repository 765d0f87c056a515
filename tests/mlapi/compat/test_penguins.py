"""POST /predict and /predict/batch, GET /health and /model/info: the penguin classifier's addresses."""

import json

import pytest

from tests.mlapi.kinds import pack
from training.writer import remove

SAID = {"predicted_species", "confidence", "probabilities", "prediction_time"}


@pytest.mark.parametrize("settings", [{}, {"default_model": "penguins"}], ids=["other default", "default"])
def test_an_encoded_penguin_is_told_by_its_species(counting, goldens_of, encoded, settings):
    """Every golden, as scikit-learn answered it, whatever the default model is."""
    client = counting(**settings)
    for golden in goldens_of("penguins", "1"):
        answer = client.post("/predict", json=encoded(golden["input"]))
        assert (answer.status_code, answer.content_type) == (200, "application/json")
        said = answer.get_json()
        assert said.keys() == SAID
        assert said["predicted_species"] == golden["prediction"]
        assert said["probabilities"] == pytest.approx(golden["probabilities"], abs=1e-5)
        assert said["confidence"] == max(said["probabilities"].values())
        assert 0 < said["prediction_time"] < 10


def test_the_codes_are_those_of_the_older_system(client, penguin):
    """Each code gives the answer of the category that it stands for."""
    for island, name in enumerate(["Torgersen", "Biscoe", "Dream"]):
        for sex, word in enumerate(["female", "male"]):
            said = client.post("/predict", json=penguin | {"island_encoded": island, "sex_encoded": sex})
            plain = {key: value for key, value in penguin.items() if not key.endswith("_encoded")}
            own = client.post("/api/predict?model=penguins", json=plain | {"island": name, "sex": word})
            assert said.get_json()["probabilities"] == own.get_json()["probabilities"]


def test_many_are_answered_in_order(client, goldens_of, encoded):
    """One time for all of them, since they are computed together."""
    goldens = goldens_of("penguins", "1")
    said = client.post("/predict/batch", json={"samples": [encoded(golden["input"]) for golden in goldens]})
    assert said.get_json().keys() == {"predictions", "prediction_time"}
    found = said.get_json()["predictions"]
    assert [one["predicted_species"] for one in found] == [golden["prediction"] for golden in goldens]
    assert all(one.keys() == SAID - {"prediction_time"} for one in found)


def test_an_answer_that_the_platform_would_not_take_is_refused(counting):
    """With what to do: it is longer than the question."""
    row = {"bill_length_mm": 39, "bill_depth_mm": 18, "flipper_length_mm": 181, "body_mass_g": 3750}
    samples = [row | {"island_encoded": 0, "sex_encoded": 1}] * 32_000
    body = json.dumps({"samples": samples}, separators=(",", ":"))
    answer = counting(max_rows=100_000).post("/predict/batch", data=body, content_type="application/json")
    assert answer.status_code == 413
    assert "send fewer rows" in answer.get_json()["detail"]


def test_every_fault_is_named_in_the_callers_own_fields(client, penguin, counted):
    """And counted for the features that they stand for."""
    wrong = penguin | {"island_encoded": 3, "sex_encoded": True, "bill_length_mm": -1, "island": "Dream"}
    del wrong["body_mass_g"]
    answer = client.post("/predict/batch", json={"samples": [penguin, wrong]})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    errors = {fault["pointer"]: fault["detail"] for fault in answer.get_json()["errors"]}
    assert errors == {
        "/samples/1/island_encoded": "must be one of: 0, 1, 2",
        "/samples/1/sex_encoded": "must be one of: 0, 1",
        "/samples/1/bill_length_mm": "must be at least 0 mm",
        "/samples/1/island": "is not a feature of this model",
        "/samples/1/body_mass_g": "is required",
    }
    faults = counted(client, "ml_input_faults_total")
    assert {(feature, kind) for feature, kind, *_ in faults} == {
        ("island", "category"),
        ("sex", "type"),
        ("bill_length_mm", "range"),
        ("", "unknown"),
        ("body_mass_g", "missing"),
    }
    assert counted(client, "ml_predictions_total") == {}


def test_a_call_is_counted_as_any_other(client, penguin, counted, capsys):
    """By route, species and the bins of the model's own features, with a line in the log."""
    client.post("/predict", json=penguin)
    client.post("/predict/batch", json={"samples": [penguin, penguin]})
    assert counted(client, "ml_requests_total") == {
        ("/predict", "POST", "200"): 1,
        ("/predict/batch", "POST", "200"): 1,
    }
    assert counted(client, "model_prediction_requests_total") == {("penguins", "1", "success"): 2}
    assert counted(client, "ml_predictions_total") == {("penguins", "1", "Adelie"): 3}
    assert counted(client, "ml_feature_bin_total")["Torgersen", "island", "penguins", "1"] == 3
    assert capsys.readouterr().out.count('"model":"penguins","version":"1","outcome":"answered"') == 2


def test_a_monitors_goldens_are_known_here_too(client, penguin, counted):
    """The header and known rows together are canary traffic, through any address."""
    client.post("/predict", json=penguin, headers={"X-Tandem-Canary": "goldens"})
    assert counted(client, "ml_canary_requests_total") == {("/predict", "200"): 1}
    assert counted(client, "ml_predictions_total") == {}


@pytest.mark.parametrize(
    ("sent", "pointers"),
    [
        ([], {""}),
        ({}, {"/samples"}),
        ({"samples": {}}, {"/samples"}),
        ({"samples": []}, {""}),
        ({"samples": [1]}, {"/samples/0"}),
        ({"samples": 1, "more": 2}, {"", "/samples"}),
    ],
    ids=["list", "empty", "no list", "no rows", "no object", "two faults"],
)
def test_a_batch_without_samples_is_refused(client, sent, pointers):
    """Naming what is missing."""
    answer = client.post("/predict/batch", json=sent)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.get_json()["errors"]} == pointers


def test_what_stands_twice_is_refused(client):
    """Nobody knows which is meant."""
    body = '{"samples": [], "samples": [{}]}'
    answer = client.post("/predict/batch", data=body, content_type="application/json")
    assert answer.get_json()["errors"][0] == {"pointer": "/samples", "detail": "stands more than once"}


def test_a_model_tells_what_it_is(client):
    """Fields as they are sent, what the codes mean, classes and scores."""
    said = client.get("/model/info").get_json()
    assert said.keys() == {
        *("name", "version", "sha256", "title", "features", "encodings", "classes", "scores")
    }
    assert said["features"][4:] == ["island_encoded", "sex_encoded"]
    assert said["encodings"] == {
        "island_encoded": {"0": "Torgersen", "1": "Biscoe", "2": "Dream"},
        "sex_encoded": {"0": "female", "1": "male"},
    }
    assert said["classes"] == ["Adelie", "Chinstrap", "Gentoo"]
    assert said["scores"]["accuracy"] > 0.9


def test_its_health_is_that_of_its_own_model(counting, artifacts):
    """Not of the default model."""
    client = counting(artifacts=artifacts)
    assert client.get("/health").get_json() == {
        "status": "healthy",
        "checks": {"penguins/1": {"state": "ready"}},
    }
    (artifacts / "penguins/1/model.onnx").write_bytes(b"broken")
    answer = counting(artifacts=artifacts).get("/health")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unhealthy")


def test_its_health_is_known_before_anybody_asks_for_a_species(tmp_path, counting):
    """A model that may not be loaded is no success that shows at the first call."""
    pack("mixed", tmp_path)
    pack("mixed-frame", tmp_path, called="penguins")
    answer = counting(artifacts=tmp_path / "artifacts", default_model="mixed").get("/health")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unhealthy")
    assert "ALLOW_PICKLE" in answer.get_json()["checks"]["penguins/1"]["reason"]


def test_a_broken_model_is_an_error_of_its_own(counting, artifacts, penguin, counted):
    """It says so, and counts."""
    (artifacts / "penguins/1/model.onnx").write_bytes(b"broken")
    client = counting(artifacts=artifacts)
    assert client.post("/predict", json=penguin).status_code == 503
    assert counted(client, "model_prediction_requests_total") == {("penguins", "1", "error"): 1}


def test_without_penguins_every_address_of_theirs_says_so(counting, artifacts, penguin, student):
    """And nothing else suffers."""
    remove(artifacts, "penguins", None)
    client = counting(artifacts=artifacts)
    for answer in (
        client.post("/predict", json=penguin),
        client.post("/predict/batch", json={"samples": [penguin]}),
        client.get("/health"),
        client.get("/model/info"),
    ):
        assert answer.status_code == 404
        assert "the model penguins, which is not deployed" in answer.get_json()["detail"]
    assert "/predict" in client.get("/api/openapi.json").get_json()["paths"]
    assert client.post("/api/predict", json=student).status_code == 200


def test_a_model_of_that_name_that_predicts_numbers_can_not_answer(tmp_path, counting):
    """A person may call theirs so."""
    pack("mixed", tmp_path, called="penguins")
    client = counting(artifacts=tmp_path / "artifacts", default_model="penguins")
    answer = client.post("/predict", json={"colour": "red"})
    assert answer.status_code == 503
    assert client.get("/model/info").get_json()["classes"] is None
    assert client.get("/api/openapi.json").status_code == 200
