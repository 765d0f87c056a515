"""/v2: the Open Inference Protocol answers what /api/predict answers, as tensors."""

import json
from pathlib import Path

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.compat.inference.routes import SERVER
from mlapi.settings import Settings
from tests.mlapi.compat.tensors import request_of, values_of
from tests.mlapi.kinds import KINDS

PENGUINS = "/v2/models/penguins"
CHANGES = Path(__file__).resolve().parents[3] / "CHANGELOG.md"


@pytest.fixture(scope="module")
def client():
    """Return a client of the API as it ships, one for all tests here."""
    return Client(create_app(Settings()))


@pytest.fixture
def penguins(goldens_of):
    """Return the rows of penguins whose answers are known."""
    return [golden["input"] for golden in goldens_of("penguins", "1")]


def test_the_server_says_what_it_is(client):
    """Its version is that of the latest changes."""
    assert client.get("/v2").get_json() == SERVER
    heading = next(line for line in CHANGES.read_text().splitlines() if line.startswith("## "))
    assert heading.lower() == f"## {SERVER['version']}"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v2/health/live", {"live": True}),
        ("/v2/health/ready", {"ready": True}),
        (f"{PENGUINS}/ready", {"name": "penguins", "ready": True}),
        (f"{PENGUINS}/versions/1/ready", {"name": "penguins", "ready": True}),
    ],
)
def test_who_asks_whether_it_lives_is_not_counted(counting, counted, path, said):
    """As with /livez and /readyz."""
    client = counting()
    answer = client.get(path)
    assert (answer.status_code, answer.get_json()) == (200, said)
    assert not counted(client, "ml_requests_total")


def test_a_broken_model_is_not_ready_and_the_others_are(artifacts, client_of):
    """Its card is not told either, since nothing vouches for it."""
    (artifacts / "penguins" / "1" / "bundle.json").write_bytes(b"{}")
    client = client_of(artifacts)
    for path in (f"{PENGUINS}/ready", f"{PENGUINS}/versions/1", f"{PENGUINS}/versions/1/ready"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "penguins/1/bundle.json does not match its sha256" in answer.get_json()["error"]
    infer = client.post(f"{PENGUINS}/versions/1/infer", json={})
    assert (infer.status_code, infer.mimetype) == (503, "application/json")
    assert client.get("/v2/health/ready").status_code == 200
    assert client.get("/v2/models/math-score/ready").status_code == 200


def test_a_model_that_answers_its_goldens_wrong_is_not_ready(artifacts, client_of):
    """Asked for its readiness it is loaded, which tells."""
    (artifacts / "penguins" / "1" / "model.onnx").write_bytes(b"other")
    client = client_of(artifacts)
    assert client.get(f"{PENGUINS}/versions/1/ready").status_code == 503


def test_without_its_default_model_the_server_is_alive_and_not_ready(artifacts, client_of):
    """Whoever sends traffic is told why to wait."""
    (artifacts / "math-score" / "1" / "model.onnx").write_bytes(b"other")
    client = client_of(artifacts)
    ready = client.get("/v2/health/ready")
    assert ready.status_code == 503
    assert "math-score/1/model.onnx" in ready.get_json()["error"]
    assert client.get("/v2/health/live").status_code == 200


def test_metadata_names_inputs_and_outputs(client):
    """Of classes: their names as properties, since tensors have no place for them."""
    said = client.get(PENGUINS).get_json()
    assert said["platform"] == "onnx_onnxv1"
    assert "1" in said["versions"]
    assert [(tensor["name"], tensor["datatype"]) for tensor in said["inputs"]] == [
        ("bill_length_mm", "FP64"),
        ("bill_depth_mm", "FP64"),
        ("flipper_length_mm", "INT64"),
        ("body_mass_g", "INT64"),
        ("island", "BYTES"),
        ("sex", "BYTES"),
    ]
    assert said["outputs"] == [
        {"name": "prediction", "datatype": "BYTES", "shape": [-1]},
        {"name": "confidence", "datatype": "FP64", "shape": [-1]},
        {"name": "probabilities", "datatype": "FP64", "shape": [-1, 3]},
    ]
    assert json.loads(said["properties"]["classes"]) == ["Adelie", "Chinstrap", "Gentoo"]


@pytest.mark.parametrize(
    ("name", "datatype", "outputs"),
    [
        ("mixed", "FP64", ["prediction", "interval_low", "interval_high"]),
        ("flag", "BOOL", ["prediction", "confidence", "probabilities"]),
        ("margin", "INT64", ["prediction"]),
        ("many", "BYTES", ["prediction", "confidence", "probabilities"]),
    ],
)
def test_outputs_are_those_that_the_model_has(kinds_client, name, datatype, outputs):
    """A model without probabilities has no such tensor."""
    said = kinds_client.get(f"/v2/models/{name}").get_json()
    assert [tensor["name"] for tensor in said["outputs"]] == outputs
    assert said["outputs"][0]["datatype"] == datatype


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_model_answers_as_it_does_elsewhere(kinds_client, name):
    """Numbers, whole numbers, truths, texts and codes, with their gaps, on both engines."""
    rows = KINDS[name].rows()
    expected = kinds_client.post(f"/api/predict?model={name}", json=rows).get_json()["predictions"]
    metadata = kinds_client.get(f"/v2/models/{name}").get_json()
    answer = kinds_client.post(f"/v2/models/{name}/infer", json=request_of(metadata, rows))
    assert answer.status_code == 200, answer.text
    said = values_of(answer.get_json())
    assert said.pop("prediction") == [answer["prediction"] for answer in expected]
    if "confidence" in said:
        assert said.pop("confidence") == [answer["confidence"] for answer in expected]
        shares = [list(answer["probabilities"].values()) for answer in expected]
        assert said.pop("probabilities") == [share for row in shares for share in row]
    for name, values in said.items():
        assert values == [answer["interval"][name.removeprefix("interval_")] for answer in expected]


def test_tensors_say_their_shapes(client, penguins):
    """Rows first, then classes."""
    request = request_of(client.get(PENGUINS).get_json(), penguins)
    answer = client.post(f"{PENGUINS}/versions/1/infer", json=request).get_json()
    assert (answer["model_name"], answer["model_version"]) == ("penguins", "1")
    shapes = {said["name"]: said["shape"] for said in answer["outputs"]}
    rows = len(penguins)
    assert shapes == {"prediction": [rows], "confidence": [rows], "probabilities": [rows, 3]}
    values = values_of(answer)
    by_row = [values["probabilities"][at : at + 3] for at in range(0, 3 * rows, 3)]
    assert [max(shares) for shares in by_row] == values["confidence"]


def columned(tensor):
    """Return a tensor as [rows, 1]."""
    return tensor | {"shape": [*tensor["shape"], 1], "data": [[value] for value in tensor["data"]]}


def floated(tensor):
    """Return a tensor of whole numbers as one of floats."""
    if tensor["datatype"] != "INT64":
        return tensor
    return tensor | {"datatype": "FP32", "data": [float(value) for value in tensor["data"]]}


def shortened(tensor):
    """Return a tensor of whole numbers in a shorter datatype."""
    return tensor | ({"datatype": "UINT16"} if tensor["datatype"] == "INT64" else {})


@pytest.mark.parametrize(
    "written",
    [
        columned,
        floated,
        shortened,
        lambda tensor: tensor | {"shape": [*tensor["shape"], 1]},
        lambda tensor: tensor | {"parameters": {"content_type": "np"}},
        lambda tensor: tensor | {"parameters": None},
    ],
    ids=["nested", "floats", "uint16", "flat-2d", "parameters", "no-parameters"],
)
def test_a_tensor_may_be_written_otherwise(client, penguins, written):
    """As long as the values are the same."""
    request = request_of(client.get(PENGUINS).get_json(), penguins)
    expected = values_of(client.post(f"{PENGUINS}/infer", json=request).get_json())
    other = {"inputs": [written(tensor) for tensor in reversed(request["inputs"])]}
    assert values_of(client.post(f"{PENGUINS}/infer", json=other).get_json()) == expected


def test_outputs_can_be_chosen(client, penguins):
    """In the order in which they are asked for."""
    asked = [{"name": "probabilities"}, {"name": "prediction", "parameters": {"binary_data": True}}]
    request = request_of(client.get(PENGUINS).get_json(), penguins, outputs=asked)
    answer = client.post(f"{PENGUINS}/infer", json=request).get_json()
    assert [said["name"] for said in answer["outputs"]] == ["probabilities", "prediction"]


@pytest.mark.parametrize("nothing", [{}, {"id": None, "outputs": None, "parameters": None}, {"outputs": []}])
def test_what_is_not_asked_for_has_its_default(client, penguins, nothing):
    """The id is then that of the call, and every output comes."""
    request = request_of(client.get(PENGUINS).get_json(), penguins, **nothing)
    answer = client.post(f"{PENGUINS}/infer", json=request)
    assert answer.get_json()["id"] == answer.headers["X-Request-Id"]
    assert len(answer.get_json()["outputs"]) == 3


def test_an_id_comes_back(client, penguins):
    """As it was sent."""
    request = request_of(client.get(PENGUINS).get_json(), penguins, id="frage 7: größer?")
    assert client.post(f"{PENGUINS}/infer", json=request).get_json()["id"] == "frage 7: größer?"


def test_a_body_needs_no_content_type(client, penguins):
    """Triton's own client sends none."""
    request = json.dumps(request_of(client.get(PENGUINS).get_json(), penguins))
    assert client.post(f"{PENGUINS}/infer", data=request.encode()).status_code == 200


def test_a_call_is_counted_as_any_other(counting, counted, capsys, penguins):
    """The request by its route, the model, its rows, the bins, and a line in the log."""
    client = counting()
    request = request_of(client.get(PENGUINS).get_json(), penguins)
    client.post(f"{PENGUINS}/versions/1/infer", json=request)
    requests = counted(client, "ml_requests_total")
    assert requests == {
        ("/v2/models/<model>", "GET", "200"): 1,
        ("/v2/models/<model>/versions/<version>/infer", "POST", "200"): 1,
    }
    assert counted(client, "model_prediction_requests_total") == {("penguins", "1", "success"): 1}
    assert sum(counted(client, "ml_predictions_total").values()) == len(penguins)
    bins = counted(client, "ml_feature_bin_total")
    assert sum(bins.values()) == len(penguins) * len(request["inputs"])
    line = f'"model":"penguins","version":"1","outcome":"answered","status":200,"rows":{len(penguins)}'
    assert line in capsys.readouterr().out


def test_a_monitors_known_rows_count_apart(counting, counted, capsys, penguins):
    """As they do elsewhere, and they leave no line in the log."""
    client = counting()
    request = request_of(client.get(PENGUINS).get_json(), penguins)
    client.post(f"{PENGUINS}/infer", json=request, headers={"X-Tandem-Canary": "1"})
    assert counted(client, "ml_canary_requests_total") == {("/v2/models/<model>/infer", "200"): 1}
    assert not counted(client, "ml_predictions_total")
    assert "answered" not in capsys.readouterr().out
