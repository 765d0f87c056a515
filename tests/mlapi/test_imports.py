"""What a cold start imports before its first answer, and what waits until it is asked for."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlapi.settings import ARTIFACTS
from tests.mlapi.conftest import STUDENT

PREDICT = ("POST", "/api/predict")
OTHERS = ("GET", "/livez")
# Of what is installed here and used by the API or by its peers: each with what brings it, if anything may.
LATER = {
    "joblib": None,
    "sklearn": None,
    "scipy": None,
    "pandas": None,
    "requests": None,
    "jsonschema": None,
    "jsonschema_rs": None,
    "uuid": None,
    "pydantic": None,
    "apprise": None,
    "redis": None,
    "training": None,
    "limits": None,
    "mlapi.access.made": None,
    "mlapi.access.addresses": None,
    "mlapi.access.door": OTHERS,
    "monitor": None,
    "prometheus_client": ("GET", "/api/metrics"),
    "mlapi.exposition": ("GET", "/api/metrics"),
    "mlapi.feedback": OTHERS,
    "mlapi.openapi": OTHERS,
    "mlapi.page": OTHERS,
    "mlapi.compat": OTHERS,
    "flask": OTHERS,
    "werkzeug": OTHERS,
    "jinja2": OTHERS,
    "mlapi.web": OTHERS,
    "mlapi.routes.predictions": OTHERS,
    "mlapi.routes.cards": OTHERS,
    "mlapi.routes.feedback": OTHERS,
    "mlapi.routes.metrics": OTHERS,
    "mlapi.routes.pages": OTHERS,
    "mlapi.routes.state": OTHERS,
}
CHILD = """
import io, json, runpy, sys
row, calls = json.loads(sys.argv[1])
app = runpy.run_path("api/index.py")["app"]
body = json.dumps(row).encode()
for method, path in calls:
    asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    asked |= {"wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr}
    if method == "POST":
        asked |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
    said = []
    answer = b"".join(app(asked, lambda status, headers, error=None: said.append(status)))
    assert said == ["200 OK"], (path, said, answer)
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Return `imported(*calls, row=, folder=, **env)`: a fresh API's modules after it answered calls."""

    def ask(*calls: tuple[str, str], row=STUDENT, folder=ARTIFACTS.parent, **env: str) -> set[str]:
        counts = {} if "REDIS_URL" in env else {"COUNTERS_PATH": str(tmp_path_factory.mktemp("api") / "db")}
        command = [sys.executable, "-c", CHILD, json.dumps([row, calls])]
        given = os.environ | counts | env
        child = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False)
        assert child.returncode == 0, child.stderr
        return set(json.loads(child.stdout.splitlines()[-1]))

    return ask


@pytest.fixture(scope="module")
def at_first(imported):
    """Return the modules that are there after a first prediction, counted in a file."""
    return imported(PREDICT)


@pytest.mark.parametrize("module", LATER)
def test_a_first_prediction_does_without(at_first, module):
    """Each would make every cold start slower for what most of them never answer."""
    assert module not in at_first


def test_a_first_prediction_has_what_it_needs(at_first):
    """Else the list above would say nothing."""
    assert at_first >= {"mlapi.predict", "onnxruntime", "sqlite3", "mlapi.counters.sqlite"}


@pytest.mark.parametrize("call", sorted({call for call in LATER.values() if call}), ids=lambda call: call[1])
def test_what_waits_comes_with_its_own_address(imported, call):
    """Under the very names that a prediction does without."""
    assert imported(PREDICT, call) >= {module for module, brings in LATER.items() if brings == call}


@pytest.mark.slow
def test_scikit_learn_comes_with_a_model_that_it_serves(imported, tmp_path, kinds, kinds_cards):
    """And pandas with one that was fitted on its tables."""
    without = shutil.ignore_patterns("artifacts", "__pycache__")
    folder = Path(shutil.copytree(ARTIFACTS.parent, tmp_path / "ml-api", ignore=without))
    shutil.copytree(kinds, folder / "artifacts")
    row = kinds_cards["mixed-frame"]["goldens"][0]["input"]
    found = imported(PREDICT, row=row, folder=folder, DEFAULT_MODEL="mixed-frame", ALLOW_PICKLE="1")
    assert found >= {"joblib", "sklearn", "scipy", "pandas"}
    assert "onnxruntime" not in found


def test_the_validator_comes_with_a_row_that_is_not_plainly_good(imported):
    """As one in which a whole number is written with a point."""
    assert "jsonschema_rs" in imported(PREDICT, row=STUDENT | {"reading_score": 72.0})


def test_redis_comes_where_it_counts_and_sqlite_does_not(imported, shared_redis):
    """One store is enough."""
    found = imported(PREDICT, REDIS_URL=shared_redis.url())
    assert "redis" in found
    assert not found & {"sqlite3", "_sqlite3", "mlapi.counters.sqlite"}
