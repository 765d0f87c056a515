"""COMPAT=0: none of the older addresses, and none of their code."""

import shutil
import subprocess
import sys

import pytest

from mlapi import compat
from mlapi.service import start
from mlapi.settings import ARTIFACTS, Settings

WITHOUT = """
import sys
from mlapi.app import create_app
from mlapi.settings import Settings
from werkzeug.test import Client
client = Client(create_app(Settings(compat={compat})))
assert client.get("/api/openapi.json").status_code == 200
print(any(name.startswith("mlapi.compat") for name in sys.modules))
"""


@pytest.fixture(scope="module")
def described():
    """Return every older address with its description."""
    return compat.paths(start(Settings()))


def test_none_of_them_is_there_or_described(counting, described, student):
    """Whoever has no such client has no such address; the rest answers."""
    client = counting(compat=False)
    assert not described.keys() & client.get("/api/openapi.json").get_json()["paths"].keys()
    for path, operations in described.items():
        for method in operations:
            assert client.open(path, method=method).status_code == 404, path
    assert client.post("/api/predict", json=student).status_code == 200
    assert client.get("/api/metrics").status_code == 200


def test_all_of_them_are_there_otherwise(client, described):
    """Whatever they answer, it is not that there is nothing."""
    for path, operations in described.items():
        for method in operations:
            said = client.open(path, method=method)
            assert "There is nothing at this address" not in said.text, path


@pytest.mark.parametrize("address", ["/predict", "/predict/batch", "/v1/predict", "/v2/predict"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
def test_what_takes_rows_takes_nothing_else(client, address, method):
    """And says so, as /api/predict does."""
    answer = client.open(address, method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("address", ["/health", "/model/info", "/health_status"])
def test_an_index_that_can_not_be_read_is_no_missing_model(counting, artifacts, address):
    """503 with the file's name, where 404 would say that nobody wants one there."""
    (artifacts / "index.json").write_bytes(b"broken")
    answer = counting(artifacts=artifacts).get(address)
    assert answer.status_code == 503
    assert "index.json" in answer.get_json()["detail"]


@pytest.mark.parametrize(("on", "imported"), [(True, "True"), (False, "False")], ids=["on", "off"])
def test_their_code_is_imported_only_where_they_are(on, imported):
    """In a process of its own."""
    assert _imported(ARTIFACTS.parent, on) == imported


def test_the_rest_works_without_their_folder(tmp_path):
    """Whoever has no such client can delete it."""
    folder = shutil.copytree(
        ARTIFACTS.parent, tmp_path / "ml-api", ignore=shutil.ignore_patterns("compat", "__pycache__")
    )
    assert _imported(folder, on=False) == "False"


def _imported(folder, on):
    command = [sys.executable, "-c", WITHOUT.format(compat=on)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
