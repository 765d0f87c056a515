"""The snippets do what the form does, whatever the example holds."""

import hashlib
import re
import shlex
import subprocess
from html import unescape

import pytest
import requests

from mlapi.page.snippets import PLACEHOLDER, snippets
from mlapi.settings import ARTIFACTS
from tests.conftest import Servers
from tests.mlapi import page_cards
from tests.mlapi.page import clients

ROWS = {
    "an apostrophe": {"parental_level_of_education": "bachelor's degree"},
    "shell": {"a": "$(touch /tmp/x) `id` \\ \\\\ ! \" '' '\\'' $HOME ; & | %s *"},
    "markup": {"a": page_cards.SPITEFUL, page_cards.SPITEFUL: 1},
    "control characters": {"a": "\x00\x07\x1b[31m\n\r\t\x7f\x9b"},
    "hidden characters": {"a": "\u202eevil\u2066\u200b\ufeff\u2028\u2029\u00a0", "b": "\U000e0041\U0001f600"},
    "JavaScript": {"__proto__": 1, "constructor": "${1}`", "a": "</script>"},
    "Python": {"a": "{x}'''\"\"\"\\N{DIGIT ONE}\\x41", "b": "#"},
    "every type": {"a": True, "b": False, "c": None, "d": 72.0, "e": -1e-7, "f": 1.5e300, "g": 12345678901},
    "letters": {"größe": "Ærøskøbing 東京"},
}
ADDRESS = "https://my-model.example/"
KEY = "a-key-of-the-tests-alone-0123456789"
SHIPPED = sorted({file.parent.parent.name for file in ARTIFACTS.glob("*/*/bundle.json")})


def bundle(row):
    """Return as much of a bundle as a snippet needs."""
    return {"name": "m", "version": "1.2", "input": {"examples": [row]}}


def written(row, address=ADDRESS, *, keyed=False):
    """Return the texts by language."""
    return {each.id: each.text for each in snippets(bundle(row), address, keyed=keyed)}


@pytest.mark.parametrize("language", clients.LANGUAGES)
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_arrives_is_the_row(row, language, require_real):
    """Character by character, with the types that JSON has."""
    require_real(not clients.missing(language), clients.missing(language))
    with clients.listening() as (address, heard):
        clients.run(language, written(row, address)[language])
    assert heard.body == row
    assert [type(value) for value in heard.body.values()] == [
        int if value == 72.0 and value is not True else type(value) for value in row.values()
    ]
    assert heard.path == "/api/predict?model=m&version=1.2"
    assert heard.headers["Content-Type"] == "application/json"
    assert "Authorization" not in heard.headers


@pytest.mark.parametrize("language", clients.LANGUAGES)
def test_where_keys_are_asked_for_the_place_of_one_is_shown(language, require_real):
    """As a placeholder: the page knows no key."""
    require_real(not clients.missing(language), clients.missing(language))
    with clients.listening() as (address, heard):
        clients.run(language, written({"a": 1}, address, keyed=True)[language])
    assert {name.lower(): value for name, value in heard.headers.items()}["authorization"] == (
        f"Bearer {PLACEHOLDER}"
    )


@pytest.mark.parametrize("language", clients.LANGUAGES)
@pytest.mark.parametrize("model", SHIPPED)
def test_the_api_answers_each_of_them_for_every_model_that_ships(
    api_server, cards, model, language, require_real
):
    """With the prediction that the same row gets otherwise."""
    require_real(not clients.missing(language), clients.missing(language))
    row = cards[model]["input"]["examples"][0]
    said = requests.post(f"{api_server}/api/predict?model={model}", json=row, timeout=10).json()["prediction"]
    text = next(each.text for each in snippets(cards[model], api_server, keyed=False) if each.id == language)
    assert str(said) in clients.run(language, text)


@pytest.fixture(scope="module")
def keyed_api():
    """Serve the API with a key; yields its address."""
    servers = Servers()
    try:
        digest = hashlib.sha256(KEY.encode()).hexdigest()
        yield servers.serve(ARTIFACTS.parent, {"API_KEYS": f"tests:{digest}"})
    finally:
        servers.stop()


@pytest.mark.parametrize("language", clients.LANGUAGES)
def test_with_ones_own_key_it_is_answered_where_keys_are_asked_for(keyed_api, cards, language, require_real):
    """As the page of that API shows it; the placeholder is no key, and what comes says so."""
    require_real(not clients.missing(language), clients.missing(language))
    shown = requests.get(keyed_api, timeout=10).text
    text = unescape(re.search(f'<pre id="{language}".*?<code>(.*?)</code>', shown, re.DOTALL)[1])
    # Node prints an object without quotes around its keys.
    assert re.search(r"\bprediction\b['\"]?: ?", clients.run(language, text.replace(PLACEHOLDER, KEY)))
    assert KEY not in shown
    refused = subprocess.run(clients.COMMANDS[language](text), capture_output=True, text=True, timeout=60)
    assert "unauthorized" in refused.stdout


@pytest.mark.parametrize("language", clients.LANGUAGES)
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_nothing_in_it_deceives_who_reads_it(row, language):
    """All is printable, on lines of their own: an escape sequence or a turned direction is spelled out."""
    text = written(row)[language]
    assert all(line.isprintable() for line in text.split("\n")), text


def test_a_host_that_nobody_has_stays_one_word():
    """Who asks names the host; a person copies it all the same."""
    command = written({"a": 1}, "https://x';touch y;'/")["curl"]
    assert shlex.split(command)[1] == "https://x';touch y;'/api/predict?model=m&version=1.2"
