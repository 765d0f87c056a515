"""What the tests of the older addresses share: the shipped models, and what was counted."""

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mlapi.settings import ARTIFACTS

CODES = {"island": ["Torgersen", "Biscoe", "Dream"], "sex": ["female", "male"]}


@pytest.fixture(scope="session")
def goldens_of():
    """Give `goldens_of("penguins", "1")`: a shipped model's known rows with their answers."""

    def read(name, version):
        return json.loads((ARTIFACTS / name / version / "bundle.json").read_bytes())["goldens"]

    return read


@pytest.fixture
def client(counting):
    """Return a client of an API that counts."""
    return counting()


@pytest.fixture
def counted():
    """Give `counted(client, name)`: label values in their names' order -> what is counted and not zero."""

    def read(client, name):
        families = text_string_to_metric_families(client.get("/api/metrics").text)
        samples = [one for family in families for one in family.samples if one.name == name and one.value]
        return {tuple(one.labels[label] for label in sorted(one.labels)): one.value for one in samples}

    return read


@pytest.fixture
def encoded():
    """Give `encoded(row)`: a penguin's row as the older classifier takes it."""

    def encode(row):
        return {
            (f"{name}_encoded" if name in CODES else name): (
                CODES[name].index(value) if name in CODES else value
            )
            for name, value in row.items()
        }

    return encode


@pytest.fixture
def penguin(goldens_of, encoded):
    """Return one encoded penguin."""
    return encoded(goldens_of("penguins", "1")[0]["input"])
