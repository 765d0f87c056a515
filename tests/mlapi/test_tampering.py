"""One flipped byte anywhere is found before anything is loaded, and only its own model stops."""

import pickle
import shutil
from pathlib import Path

import pytest

from mlapi.settings import ARTIFACTS

FILES = sorted(str(file.relative_to(ARTIFACTS)) for file in ARTIFACTS.rglob("*.*") if file.is_file())


def flip(file, position=None):
    """Flip one bit of a file's byte, the middle one unless told."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2 if position is None else position] ^= 1
    file.write_bytes(data)


def state(client):
    """Return (readiness, health's status code, health's body)."""
    health = client.get("/api/health")
    return client.get("/readyz"), health.status_code, health.get_json()


def test_the_shipped_bundles_are_healthy(client):
    """The others below differ from this in one byte."""
    ready, status, health = state(client)
    assert (ready.status_code, status, health["status"]) == (200, 200, "healthy")
    assert health["checks"]["math-score/1"] == {"state": "ready"}
    assert {check["state"] for check in health["checks"].values()} <= {"ready", "verified"}


def test_the_list_of_artifacts_is_complete():
    """Every kind of file is flipped below."""
    assert {"index.json", "math-score/1/model.onnx", "math-score/1/model.joblib"} <= set(FILES)
    assert {"math-score/1/bundle.json", "math-score/1/run.json"} <= set(FILES)


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith(("math-score", "index"))])
def test_a_flipped_byte_of_the_default_model_is_unhealthy_and_named(artifacts, client_of, student, file):
    """503 on readiness, health and its calls; the page says so too."""
    flip(artifacts / file)
    client = client_of(artifacts)
    ready, status, health = state(client)
    assert (ready.status_code, status, health["status"]) == (503, 503, "unhealthy")
    assert file in ready.get_json()["reason"]
    assert file in health["reason"]
    answer = client.post("/api/predict", json=student)
    assert answer.status_code == 503
    assert file in answer.get_json()["detail"]
    assert client.get("/").status_code == 503
    assert client.get("/livez").status_code == 200


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("math-score")])
def test_other_models_go_on(artifacts, client_of, cards, file):
    """Their own files are whole."""
    flip(artifacts / file)
    row = cards["penguins"]["input"]["examples"][0]
    assert client_of(artifacts).post("/api/predict?model=penguins", json=row).status_code == 200


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("penguins")])
def test_a_flipped_byte_of_another_model_is_degraded(artifacts, client_of, student, file):
    """Its own calls get 503, the default model answers."""
    flip(artifacts / file)
    client = client_of(artifacts)
    ready, status, health = state(client)
    assert (ready.status_code, status, health["status"]) == (200, 200, "degraded")
    assert file in health["checks"]["penguins/1"]["reason"]
    assert client.post("/api/predict", json=student).status_code == 200
    refused = client.post("/api/predict?model=penguins", json={})
    assert (refused.status_code, file in refused.get_json()["detail"]) == (503, True)


@pytest.mark.parametrize("file", ["index.json", "math-score/1/run.json"])
def test_no_byte_of_a_sealed_file_is_free(artifacts, client_of, file):
    """Not even white space."""
    whole = (artifacts / file).read_bytes()
    for position in range(0, len(whole), 7):
        flip(artifacts / file, position)
        assert client_of(artifacts).get("/readyz").status_code == 503, position
        (artifacts / file).write_bytes(whole)


@pytest.mark.parametrize("file", ["math-score/1/bundle.json", "math-score/1/model.onnx", "index.json"])
def test_a_missing_file_is_named(artifacts, client_of, file):
    """As a half-copied deployment has it."""
    (artifacts / file).unlink()
    assert file in client_of(artifacts).get("/api/health").get_json()["reason"]


def test_a_missing_folder_is_named(artifacts, client_of):
    """The index says that it should be there."""
    shutil.rmtree(artifacts / "math-score")
    assert "math-score/1/bundle.json" in client_of(artifacts).get("/api/health").get_json()["reason"]


class Touch:
    """What leaves a mark when it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        """Have the reader of the pickle make the file."""
        return Path.touch, (self.mark,)


def test_nothing_is_unpickled_that_was_not_verified(kinds, client_of, tmp_path):
    """A pickle that leaves a mark on whoever reads it leaves none here, even where pickles are allowed."""
    artifacts, mark = Path(shutil.copytree(kinds, tmp_path / "artifacts")), tmp_path / "mark"
    served = {"default_model": "mixed-array", "allow_pickle": True}
    assert client_of(artifacts, **served).get("/readyz").status_code == 200
    marking = pickle.dumps(Touch(mark))
    pickle.loads(marking)
    assert mark.exists()
    mark.unlink()
    (artifacts / "mixed-array" / "1" / "model.joblib").write_bytes(marking)
    assert client_of(artifacts, **served).get("/readyz").status_code == 503
    assert not mark.exists()
