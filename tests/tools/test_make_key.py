"""make_key: a key that opens an API which holds its pair, printed once and kept nowhere."""

import re
import subprocess
import sys
from hashlib import sha256

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import from_env
from tests.mlapi.conftest import STUDENT
from tests.tools.script import ROOT, run

KEY = re.compile(r"^  ([A-Za-z0-9_-]{43})$", re.MULTILINE)
PAIR = re.compile(r"^  ([^ :]+:[0-9a-f]{64})$", re.MULTILINE)


def printed(out: str) -> tuple[str, str]:
    """Return the key and the pair of what was printed."""
    (key,), (pair,) = KEY.findall(out), PAIR.findall(out)
    return key, pair


def test_its_key_opens_an_api_that_holds_its_pair(tmp_path):
    """Of 256 random bits, with the command that calls it."""
    said = run("make_key", "partner", cwd=tmp_path)
    key, pair = printed(said.out)
    assert (said.code, said.err) == (0, "")
    assert pair == f"partner:{sha256(key.encode()).hexdigest()}"
    assert f"-H 'Authorization: Bearer {key}'" in said.out
    client = Client(create_app(from_env({"API_KEYS": pair, "VERCEL": "1"})))
    statuses = [
        client.post("/api/predict", json=STUDENT, headers=h).status_code for h in ({}, {"X-API-Key": key})
    ]
    assert statuses == [401, 200]
    assert not [*tmp_path.iterdir()]


def test_no_two_keys_are_the_same():
    """Nor do they begin alike."""
    keys = {printed(run("make_key", "a").out)[0][:8] for _ in range(5)}
    assert len(keys) == 5


def test_it_runs_as_a_module_too():
    """From the root."""
    command = [sys.executable, "-m", "tools.make_key", "ci"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert printed(done.stdout)[1].startswith("ci:")


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a:b", "a,b", "-a", "ä", "a" * 65, "a\nb", "\x1b[31m"], ids=ascii
)
def test_what_can_not_be_a_name_is_refused(name):
    """It would break the pairs, or a log."""
    said = run("make_key", "--", name)
    assert (said.code, said.out) == (2, "")
    assert "is no name" in said.err
    assert "\x1b" not in said.err


def test_its_help_says_how_it_is_called():
    """And nothing else makes a key."""
    said = run("make_key", "--help")
    assert said.code == 0
    assert "python tools/make_key.py partner" in said.out
    assert not KEY.search(said.out)
    assert run("make_key").code == 2
