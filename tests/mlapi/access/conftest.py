"""An API behind a door, a clock that a test moves, and every address that takes more than a question."""

import pytest
from werkzeug.test import Client

from mlapi.access.keys import Key, read_keys
from mlapi.app import create_app
from mlapi.settings import Settings
from tests.conftest import Servers
from tools.make_key import pair

KEYS = {name: f"{name}-key-of-a-test" for name in ("ci", "monitor")}
PAIRS = ",".join(pair(name, key) for name, key in KEYS.items())


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Return it."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture(scope="session")
def known() -> tuple[Key, ...]:
    """Return what a deployment knows of the keys."""
    return read_keys(PAIRS)


@pytest.fixture(scope="session")
def keyed(known) -> Client:
    """Return a client of an API that asks for keys and counts nothing."""
    return Client(create_app(Settings(api_keys=known, receipt_secret=("a secret of a test",))))


@pytest.fixture(scope="module")
def module_servers():
    """Give servers that end with the module."""
    servers = Servers()
    yield servers
    servers.stop()


def guarded() -> list[str]:
    """Return the addresses that take more than a question, as a client would ask them."""
    rules = create_app(Settings()).flask.url_map.iter_rules()
    paths = [rule.rule for rule in rules if "POST" in rule.methods]
    return sorted(path.replace("<model>", "math-score").replace("<version>", "1") for path in paths)


def asked() -> list[str]:
    """Return the addresses that only answer questions."""
    rules = create_app(Settings()).flask.url_map.iter_rules()
    paths = [rule.rule for rule in rules if "GET" in rule.methods]
    return sorted(path.replace("<model>", "math-score").replace("<version>", "1") for path in paths)
