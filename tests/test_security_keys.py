"""Of a million forged receipts and keys none is accepted: the keys, at the front door of the API itself."""

import io
import json
import random
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from mlapi.app import Api, create_app
from mlapi.settings import from_env
from tests.mlapi.conftest import STUDENT

KEYS = 1_000_000
HEADERS = ("Authorization", "X-API-Key")
# A row that is right: what is wrong with it would be refused whoever asks.
BODY = json.dumps(STUDENT).encode()
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TRUE = ["".join(random.Random(name).choices(ALPHABET, k=43)) for name in ("ci", "monitor", "partner")]
HASHES = [sha256(key.encode()).hexdigest() for key in TRUE]
PAIRS = dict(zip(("ci", "monitor", "partner"), HASHES, strict=True))
Forger = Callable[[random.Random], str]


def noise(rng: random.Random) -> str:
    """Characters of chance, in any number."""
    return "".join(rng.choices(ALPHABET, k=rng.randrange(100)))


def as_long(rng: random.Random) -> str:
    """As many characters of chance as a key has."""
    return "".join(rng.choices(ALPHABET, k=43))


def any_bytes(rng: random.Random) -> str:
    """What a header can hold that no key does."""
    return "".join(chr(rng.randrange(0x20, 0x100)) for _ in range(rng.randrange(80)))


def one_character(rng: random.Random) -> str:
    """A true key with one character put in, taken out or changed."""
    key = rng.choice(TRUE)
    at = rng.randrange(len(key))
    return key[:at] + rng.choice([*ALPHABET, ""]) + key[at + rng.randrange(2) :]


def cut(rng: random.Random) -> str:
    """The beginning or the end of a true key."""
    key = rng.choice(TRUE)
    at = rng.randrange(1, len(key))
    return rng.choice([key[:at], key[at:]])


def what_settings_hold(rng: random.Random) -> str:
    """The hash of a true key, which opens nothing, with its name or with a key."""
    name, held = rng.choice([*PAIRS.items()])
    key = rng.choice(TRUE)
    return rng.choice(
        [held, held.upper(), f"{name}:{held}", f"{name}:{key}", f"{key}:{held}", f"{key},{key}", name]
    )


FORGERS: list[Forger] = [noise, as_long, any_bytes, one_character, cut, what_settings_hold]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    """Give an API with three keys, and without a limit that would answer in its place."""
    pairs = ",".join(f"{name}:{held}" for name, held in PAIRS.items())
    state = str(tmp_path_factory.mktemp("state"))
    return create_app(
        from_env({"API_KEYS": pairs, "VERCEL": "1", "RATE_LIMIT": "off", "XDG_STATE_HOME": state})
    )


def brings(key: str, header: str) -> dict[str, Any]:
    """Return a header with a key, as a server hands it on."""
    return {"HTTP_AUTHORIZATION": f"Bearer {key}"} if header == "Authorization" else {"HTTP_X_API_KEY": key}


def status(api: Api, key: str | None, header: str) -> int:
    """Return the status of a plain call with a key, as a server would make it."""
    said: list[str] = []
    environ = {
        **{"REQUEST_METHOD": "POST", "PATH_INFO": "/api/predict", "SCRIPT_NAME": "", "QUERY_STRING": ""},
        **{"SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1"},
        **{"REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(BODY))},
        **{"wsgi.input": io.BytesIO(BODY), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http"},
        **{
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        },
        **({} if key is None else brings(key, header)),
    }
    answer = api(environ, lambda line, *_: said.append(line))
    try:
        b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return int(said[0].split()[0])


def forged(rng: random.Random, forgers: list[Forger]) -> Iterator[tuple[str, str]]:
    """Yield forged keys without end, each with the header that brings it; a true one is none."""
    keys = (key for forge in cycle(forgers) if (key := forge(rng)).strip() not in TRUE)
    return ((key, rng.choice(HEADERS)) for key in keys)


def accepted(api: Api, tried: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the forged keys that were not refused as keys."""
    return [(key, header) for key, header in tried if status(api, key, header) != 401]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("key", TRUE, ids=PAIRS)
def test_true_keys_are_accepted(api: Api, key: str, header: str) -> None:
    """They get their prediction."""
    assert status(api, key, header) == 200


def test_no_key_is_no_key(api: Api) -> None:
    """Whoever says nothing is refused like one who guesses."""
    assert status(api, None, "Authorization") == status(api, "", "X-API-Key") == 401


@pytest.mark.parametrize("forger", FORGERS, ids=lambda forger: forger.__name__)
def test_no_way_to_forge_a_key_succeeds(api: Api, forger: Forger) -> None:
    """Each of these ways, some hundred times."""
    assert accepted(api, islice(forged(random.Random(8), [forger]), 500)) == []


@pytest.mark.slow
def test_of_a_million_forged_keys_none_is_accepted(api: Api) -> None:
    """At the door that every way into the API asks; the seed is new in each run, and told by a failure."""
    seed, door = random.SystemRandom().randrange(2**32), api.service.door
    assert door
    tried = islice(forged(random.Random(seed), FORGERS), KEYS)
    opened = [key for key, header in tried if door.opens(brings(key, header))]
    assert opened == [], f"seed {seed}"
    assert all(door.opens(brings(key, header)) for key in TRUE for header in HEADERS)


def test_a_removed_pair_closes_its_key(tmp_path: Path) -> None:
    """The others go on."""
    pairs = f"ci:{HASHES[0]},partner:{HASHES[2]}"
    left = create_app(from_env({"API_KEYS": pairs, "VERCEL": "1", "RATE_LIMIT": "off"}))
    assert [status(left, key, "X-API-Key") for key in TRUE] == [200, 401, 200]
