"""POST /v1/predict and /v2/predict, GET /health_status: the food drive's addresses."""

import pytest

from training.writer import remove

DRIVE = {"time_spent": 30, "doors_in_route": 50, "assessed_value": 200000}
VERSIONS = ["1", "2"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_answers_as_the_model_does(client, version):
    """The very request of the older system; one number in a list, and nothing else."""
    answer = client.post(f"/v{version}/predict", json=DRIVE)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    own = client.post(f"/api/predict?model=food-drive&version={version}", json=DRIVE).get_json()
    assert answer.get_json() == {"prediction": [own["prediction"]]}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_list_is_answered_in_order(client, goldens_of, version):
    """Every golden row, as scikit-learn answered it."""
    goldens = goldens_of("food-drive", version)
    answer = client.post(f"/v{version}/predict", json=[golden["input"] for golden in goldens])
    expected = [golden["prediction"] for golden in goldens]
    assert answer.get_json() == {"prediction": pytest.approx(expected)}


def test_the_versions_differ(client):
    """They are two models."""
    first, second = (client.post(f"/v{version}/predict", json=DRIVE).get_json() for version in VERSIONS)
    assert first != second


def test_a_call_is_counted_as_any_other(client, counted, capsys):
    """The request by its route, the model, its row, the bins, and a line in the log."""
    client.post("/v2/predict", json=DRIVE)
    assert counted(client, "ml_requests_total") == {("/v2/predict", "POST", "200"): 1}
    assert counted(client, "model_prediction_requests_total") == {("food-drive", "2", "success"): 1}
    assert counted(client, "ml_predictions_total") == {("food-drive", "2", ""): 1}
    bins = counted(client, "ml_feature_bin_total")
    assert {(feature, *model) for _, feature, *model in bins} == {(name, "food-drive", "2") for name in DRIVE}
    assert (
        '"model":"food-drive","version":"2","outcome":"answered","status":200,"rows":1'
        in capsys.readouterr().out
    )


def test_every_fault_is_named_and_counted(client, counted):
    """In the caller's own place, and nothing is predicted."""
    wrong = DRIVE | {"time_spent": "x", "more": 1}
    del wrong["assessed_value"]
    answer = client.post("/v1/predict", json=[DRIVE, wrong])
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    pointers = {fault["pointer"] for fault in answer.get_json()["errors"]}
    assert pointers == {"/1/time_spent", "/1/more", "/1/assessed_value"}
    assert counted(client, "ml_input_faults_total") == {
        ("time_spent", "type", "food-drive", "1"): 1,
        ("", "unknown", "food-drive", "1"): 1,
        ("assessed_value", "missing", "food-drive", "1"): 1,
    }
    assert counted(client, "ml_predictions_total") == {}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": []}, 422),
        ({"json": 5}, 422),
        ({"data": "null", "content_type": "application/json"}, 422),
        ({"json": {"instances": [DRIVE]}}, 422),
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": "[" * 100_000, "content_type": "application/json"}, 400),
        ({"data": '{"time_spent": NaN}', "content_type": "application/json"}, 422),
        ({"data": "{}", "content_type": "application/json; charset=latin-1"}, 415),
        ({"data": "time_spent\n1\n", "content_type": "text/csv"}, 415),
        ({"data": "time_spent=1"}, 415),
    ],
    ids=["no rows", "number", "null", "wrapped", "half", "deep", "NaN", "charset", "csv", "no type"],
)
def test_bad_input_is_refused_as_everywhere(client, sent, status):
    """As problem+json."""
    answer = client.post("/v1/predict", **sent)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_another_model_may_stand_there(counting, student):
    """By a setting; its versions are those that it has."""
    client = counting(compat_versioned_model="math-score")
    assert len(client.post("/v1/predict", json=student).get_json()["prediction"]) == 1
    assert client.post("/v2/predict", json=student).status_code == 404


def test_what_is_not_deployed_is_said(counting, artifacts):
    """The API starts; the address names the model and the version that it lacks, and its health too."""
    remove(artifacts, "food-drive", "2")
    client = counting(artifacts=artifacts)
    assert client.post("/v1/predict", json=DRIVE).status_code == 200
    missing = client.post("/v2/predict", json=DRIVE)
    assert missing.status_code == 404
    assert "food-drive 2" in missing.get_json()["detail"]
    assert client.get("/health_status").get_json()["checks"].keys() == {"food-drive/1"}


def test_without_the_model_nothing_else_suffers(counting, artifacts, student):
    """Every address of it says 404, and the description is still made."""
    remove(artifacts, "food-drive", None)
    client = counting(artifacts=artifacts)
    for version in VERSIONS:
        assert client.post(f"/v{version}/predict", json=DRIVE).status_code == 404
    assert client.get("/health_status").status_code == 404
    assert "/v1/predict" in client.get("/api/openapi.json").get_json()["paths"]
    assert client.post("/api/predict", json=student).status_code == 200


def test_its_health_is_that_of_the_two_versions(counting, artifacts):
    """One broken: degraded; both: unhealthy, with the file's name."""
    assert counting(artifacts=artifacts).get("/health_status").get_json() == {
        "status": "healthy",
        "checks": {"food-drive/1": {"state": "ready"}, "food-drive/2": {"state": "ready"}},
    }
    for version, status, code in (("1", "degraded", 200), ("2", "unhealthy", 503)):
        (artifacts / f"food-drive/{version}/bundle.json").write_bytes(b"broken")
        answer = counting(artifacts=artifacts).get("/health_status")
        assert (answer.get_json()["status"], answer.status_code) == (status, code)
    assert "food-drive/2/bundle.json" in answer.get_json()["checks"]["food-drive/2"]["reason"]
    broken = counting(artifacts=artifacts).post("/v2/predict", json=DRIVE)
    assert (broken.status_code, broken.content_type) == (503, "application/problem+json")
