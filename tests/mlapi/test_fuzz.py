"""Schemathesis drives the API from its own description: nothing undocumented comes back."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import Settings

# What it counts goes with the process.
KEPT = TemporaryDirectory()
APP = create_app(
    Settings(counters_path=Path(KEPT.name) / "api.db", receipt_secret=("a secret of the tests",))
)
SCHEMA = schemathesis.openapi.from_wsgi("/api/openapi.json", APP)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@SCHEMA.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case):
    """Whatever is sent."""
    case.call_and_validate(checks=CHECKS)


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
