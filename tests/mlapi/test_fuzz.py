"""Schemathesis drives the API from its own description: nothing undocumented comes back.

Here in this process and with a few hundred cases; `make fuzz` has real servers and as many as wanted.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.config import SchemathesisConfig
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import Settings
from tests.hostile.fuzz import CONFIG

# What it counts goes with the process.
KEPT = TemporaryDirectory()
APP = create_app(
    Settings(counters_path=Path(KEPT.name) / "api.db", receipt_secret=("a secret of the tests",))
)
SCHEMA = schemathesis.openapi.from_wsgi("/api/openapi.json", APP, config=SchemathesisConfig.from_path(CONFIG))
EACH = 20
"""Cases for each address and method."""


@SCHEMA.parametrize()
@settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case):
    """Whatever is sent, by all checks that there are."""
    case.call_and_validate()


def test_these_are_at_least_five_hundred_cases():
    """Of which each has an address."""
    assert EACH * sum(1 for _ in SCHEMA.get_all_operations()) >= 500


def test_the_description_has_every_public_route():
    """No route is left out by mistake."""
    described = set(Client(APP).get("/api/openapi.json").get_json()["paths"])
    routed = {re.sub("<([a-z_]+)>", r"{\1}", str(rule)) for rule in APP.flask.url_map.iter_rules()}
    assert routed - described == {"/"}
    assert described <= routed


@pytest.mark.parametrize("model", ["math-score", "penguins"])
def test_the_description_is_valid_openapi(model):
    """By the standard's own schema."""
    document = Client(APP).get(f"/api/openapi.json?model={model}").get_json()
    OpenAPIV31SpecValidator(document).validate()
