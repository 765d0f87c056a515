"""The API in this process, over the shipped bundles or others."""

import json
import shutil
from pathlib import Path

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import ARTIFACTS, Settings
from tests.mlapi.kinds import KINDS, pack

STUDENT = {
    "gender": "female",
    "race_ethnicity": "group B",
    "parental_level_of_education": "bachelor's degree",
    "lunch": "standard",
    "test_preparation_course": "none",
    "reading_score": 72,
    "writing_score": 74,
}


@pytest.fixture
def student():
    """Return a row for math-score."""
    return dict(STUDENT)


@pytest.fixture(scope="session")
def client():
    """Return a client of the API as it ships."""
    return Client(create_app(Settings()))


@pytest.fixture
def artifacts(tmp_path):
    """Return a copy of the shipped artifacts that a test may break."""
    return Path(shutil.copytree(ARTIFACTS, tmp_path / "artifacts"))


@pytest.fixture
def client_of():
    """Return a function that starts the API over an artifacts folder."""

    def start(artifacts: Path, **settings):
        return Client(create_app(Settings(artifacts=artifacts, **settings)))

    return start


@pytest.fixture
def counting(tmp_path):
    """Return `counting(**settings)`: a client of an API that counts into a file of its own."""

    def start(**settings):
        return Client(create_app(Settings(**{"counters_path": tmp_path / "api.db"} | settings)))

    return start


@pytest.fixture(scope="session")
def cards():
    """Return the shipped cards by model."""
    found = {}
    for file in sorted(ARTIFACTS.glob("*/*/bundle.json")):
        card = json.loads(file.read_bytes())
        found[card["name"]] = card
    return found


@pytest.fixture(scope="session")
def kinds(tmp_path_factory):
    """Return an artifacts folder with a bundle of every kind."""
    folder = tmp_path_factory.mktemp("kinds")
    for name in KINDS:
        pack(name, folder)
    return folder / "artifacts"


@pytest.fixture(scope="session")
def kinds_client(kinds):
    """Return a client of the API over the bundles of every kind."""
    return Client(create_app(Settings(artifacts=kinds, default_model="mixed", allow_pickle=True)))


@pytest.fixture(scope="session")
def kinds_cards(kinds):
    """Return the cards of every kind by name."""
    return {name: json.loads((kinds / name / "1" / "bundle.json").read_bytes()) for name in KINDS}
