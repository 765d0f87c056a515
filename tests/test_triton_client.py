"""NVIDIA's own client of the Open Inference Protocol reads what our server says, and gets its predictions."""

from collections.abc import Iterator

import numpy as np
import pytest
import requests
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException, triton_to_np_dtype


@pytest.fixture
def client(api_server: str) -> Iterator[triton.InferenceServerClient]:
    """Return the client, connected to the real server."""
    client = triton.InferenceServerClient(api_server.removeprefix("http://"))
    yield client
    client.close()


@pytest.fixture
def goldens(api_server):
    """Give `goldens(model)`: the rows whose answers are known, and what /api/predict says to them."""

    def ask(model):
        card = requests.get(f"{api_server}/api/model-info", {"model": model}, timeout=10).json()["bundle"]
        rows = [golden["input"] for golden in card["goldens"]]
        said = requests.post(f"{api_server}/api/predict", json=rows, params={"model": model}, timeout=10)
        return rows, said.json()["predictions"]

    return ask


def tensors(metadata, rows, *, binary):
    """Return rows as the client's tensors, with nothing but the model's metadata to go by."""
    inputs = []
    for said in metadata["inputs"]:
        values = np.array([row[said["name"]] for row in rows], triton_to_np_dtype(said["datatype"]))
        inputs.append(triton.InferInput(said["name"], values.shape, said["datatype"]))
        inputs[-1].set_data_from_numpy(values, binary_data=binary)
    return inputs


def test_it_learns_that_the_server_and_models_are_ready(client):
    """And that a model that isn't there is not."""
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("penguins")
    assert client.is_model_ready("penguins", "1")
    assert not client.is_model_ready("unknown")
    assert not client.is_model_ready("penguins", "99")


def test_it_reads_the_metadata(client):
    """Of the server and of a model."""
    assert client.get_server_metadata()["name"] == "tandem"
    said = client.get_model_metadata("math-score", "1")
    assert said["name"] == "math-score"
    assert len(said["inputs"]) == 7


@pytest.mark.parametrize("binary", [False, True], ids=["json", "binary"])
def test_it_gets_predictions_of_numbers(client, goldens, binary):
    """In either form of its tensors; binary is what it sends unless told."""
    rows, expected = goldens("math-score")
    inputs = tensors(client.get_model_metadata("math-score"), rows, binary=binary)
    answer = client.infer("math-score", inputs, request_id="7")
    assert answer.get_response()["id"] == "7"
    assert answer.as_numpy("prediction").tolist() == [said["prediction"] for said in expected]
    assert answer.as_numpy("interval_high").tolist() == [said["interval"]["high"] for said in expected]


@pytest.mark.parametrize("binary", [False, True], ids=["json", "binary"])
def test_it_gets_predictions_of_classes(client, goldens, binary):
    """With the outputs that it asks for, each in its shape."""
    rows, expected = goldens("penguins")
    inputs = tensors(client.get_model_metadata("penguins"), rows, binary=binary)
    outputs = [triton.InferRequestedOutput(name) for name in ("probabilities", "prediction")]
    answer = client.infer("penguins", inputs, outputs=outputs)
    assert answer.as_numpy("prediction").tolist() == [said["prediction"] for said in expected]
    shares = [list(said["probabilities"].values()) for said in expected]
    assert answer.as_numpy("probabilities").tolist() == shares
    assert answer.as_numpy("confidence") is None


def test_it_reads_what_is_wrong(client, goldens):
    """The error's words come through as they are."""
    rows, _ = goldens("penguins")
    inputs = tensors(client.get_model_metadata("penguins"), [rows[0] | {"island": "Atlantis"}], binary=True)
    with pytest.raises(InferenceServerException, match=r"\(island\): must be one of: Biscoe, Dream") as error:
        client.infer("penguins", inputs)
    assert error.value.status() == "400"
    with pytest.raises(InferenceServerException, match="There is no such model or version"):
        client.get_model_metadata("unknown")
