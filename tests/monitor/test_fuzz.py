"""Schemathesis drives the monitor from its own description: nothing undocumented comes back."""

import re
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.config import SchemathesisConfig

from monitor.app import create_app
from monitor.settings import Settings
from tests.hostile.fuzz import CONFIG
from tests.monitor.fake_api import PENGUINS, FakeApi, FakeModel

EACH = 30
"""Cases for each address, with an API to watch and without."""
FEW = settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))


class Late:
    """A monitor that a fixture exchanges, since its description is read before any fixture."""

    def __init__(self) -> None:
        self.app = create_app()

    def __call__(self, environ, start_response):
        """Answer as the monitor of the moment."""
        return self.app(environ, start_response)


APP = Late()
SCHEMA = schemathesis.openapi.from_wsgi("/api/openapi.json", APP, config=SchemathesisConfig.from_path(CONFIG))


@pytest.fixture(scope="module", params=["watching", "unset"])
def monitor(request, tmp_path_factory) -> Iterator[None]:
    """Let it watch an API with two models, or none."""
    if request.param == "unset":
        APP.app = create_app()
        yield
        return
    with FakeApi([FakeModel(), PENGUINS]) as api:
        folder = tmp_path_factory.mktemp("fuzzed")
        kept = {"history_path": folder / "monitor.db", "goldens": folder / "goldens.json"}
        APP.app = create_app(Settings(main_api_url=api.url, **kept))
        yield


@SCHEMA.parametrize()
@FEW
@pytest.mark.usefixtures("monitor")
def test_every_answer_is_as_documented(case):
    """Whatever is asked, by all checks that there are."""
    case.call_and_validate()


@pytest.mark.parametrize(
    "guarded", [{}, {"metrics_token": "s3cret", "cron_secret": "s3cret"}], ids=["open", "guarded"]
)
def test_the_description_is_valid_openapi_of_every_address(guarded):
    """By the standard's own schema, with the tokens that it asks for. Pages and their script are no data."""
    app = create_app(Settings(**guarded))
    document = app.test_client().get("/api/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    routed = {re.sub("<([a-z_]+)>", r"{\1}", str(rule)) for rule in app.url_map.iter_rules()}
    assert routed - {"/", "/api/dashboard", "/static/chart.umd.js"} == document["paths"].keys()
    asking = {path for path, said in document["paths"].items() if "security" in said["get"]}
    assert asking == ({"/api/metrics", "/api/check"} if guarded else set())
    for path, said in document["paths"].items():
        assert ("401" in said["get"]["responses"]) == (path in asking)


def test_these_are_at_least_five_hundred_cases():
    """Of which each has an address."""
    paths = create_app().test_client().get("/api/openapi.json").get_json()["paths"]
    assert 2 * EACH * len(paths) >= 500
