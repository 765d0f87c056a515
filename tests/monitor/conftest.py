"""A monitor in this process, watching an API that a test can spoil."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.app import create_app
from monitor.settings import Settings
from tests.monitor.fake_api import PENGUINS, FakeApi, FakeModel

ClientOf = Callable[..., FlaskClient]


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Give an API with two models, on a port of its own."""
    with FakeApi([FakeModel(), PENGUINS]) as api:
        yield api


@pytest.fixture
def client_of(tmp_path: Path) -> ClientOf:
    """Give `client_of(api, **settings)`: a client of a monitor that watches it, history in a file."""

    def make(api: FakeApi, pins: object = None, **other: object) -> FlaskClient:
        goldens = tmp_path / "goldens.json"
        goldens.write_text(json.dumps(_pins(api) if pins is None else pins))
        base = Settings(main_api_url=api.url, history_path=tmp_path / "monitor.db", goldens=goldens)
        return create_app(replace(base, **other)).test_client()

    return make


@pytest.fixture
def client(api: FakeApi, client_of: ClientOf) -> FlaskClient:
    """Give a client of a monitor that watches the API."""
    return client_of(api)


@pytest.fixture
def unconfigured() -> FlaskClient:
    """Give a client of a monitor that was told no API."""
    return create_app().test_client()


def _pins(api: FakeApi) -> dict[str, dict[str, object]]:
    pins: dict[str, dict[str, object]] = {}
    for (name, version), pin in api.pins().items():
        pins.setdefault(name, {})[version] = pin
    return pins
