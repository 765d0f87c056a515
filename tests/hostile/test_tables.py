"""Tables for people: no cell of a text begins as a formula, and numbers stay numbers."""

import csv
import io
import re

import pytest
from werkzeug.test import Client

from mlapi import responses
from mlapi.app import create_app
from mlapi.cells import cell
from mlapi.settings import Settings
from monitor.app import create_app as create_monitor
from monitor.history import INCIDENT_COLUMNS, as_csv
from monitor.settings import Settings as MonitorSettings
from tests.mlapi import made_bundles
from tests.monitor.fake_api import FakeApi, FakeModel, says_json

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    "=cmd|' /C calc'!A0",
]
INERT = ["+", "-", "-1", "+1.5e-3", "-.5", "a=1", " =1", "", "1", "'=1", "Adelie"]
RUNS = re.compile("[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe(text):
    """Which a spreadsheet takes for the sign of a text, and does not show."""
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", INERT)
def test_what_does_nothing_stays_as_it_is(text):
    """A class that is called + is one."""
    assert cell(text) == text


def parsed(text, delimiter=","):
    """Return the cells of a table as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.fixture
def formulas(tmp_path):
    """Return a client of a model whose classes are formulas."""
    labels = ["-2+3", '=HYPERLINK("http://evil.example";"x")']
    card = made_bundles.class_card()
    card["output"]["classes"] = labels
    names = dict(zip(("low", "high"), labels, strict=True))
    for golden in card["goldens"]:
        golden["prediction"] = names[golden["prediction"]]
        golden["probabilities"] = {names[name]: share for name, share in golden["probabilities"].items()}
    made_bundles.put(tmp_path, "formulas", card, made_bundles.sorting(labels).SerializeToString())
    return Client(create_app(Settings(artifacts=tmp_path, default_model="formulas")))


def test_classes_that_are_formulas_are_texts_in_a_table(formulas):
    """And themselves in JSON."""
    answer = formulas.post(
        "/api/predict", data="x\n-3\n4\n", content_type="text/csv", headers={"Accept": "text/csv"}
    )
    head, *rows = parsed(answer.text)
    assert [row[0] for row in rows] == ["'-2+3", """'=HYPERLINK("http://evil.example";"x")"""]
    assert not [name for name in head if RUNS.match(name)]
    for row in rows:
        assert all(NUMBER.fullmatch(number) for number in row[1:4])
    said = formulas.post("/api/predict", json=[{"x": -3.0}, {"x": 4.0}]).get_json()
    assert said["predictions"][0]["prediction"] == "-2+3"


def test_features_that_are_formulas_are_texts_in_a_table():
    """In the column of warnings, where the first of them begins the cell."""
    answer = {"prediction": -1.5, "interval": {"low": -2.5, "high": -0.5}, "warnings": [{"feature": "=a"}]}
    _, row = parsed(responses.as_csv({"task": "regression"}, [answer]).get_data(as_text=True))
    assert row == ["-1.5", "-2.5", "-0.5", "'=a"]


@pytest.mark.parametrize("text", FORMULAS)
def test_reasons_that_are_formulas_are_texts_in_the_incidents(text):
    """The watched API may have chosen them."""
    incident = {"state": "down", "start": "2026-01-31T12:00:00Z", "end": None, "seconds": 61.2}
    table = as_csv(INCIDENT_COLUMNS, [incident | {"known_seconds": -0.5, "reasons": [text, text]}])
    guarded = text.replace("\t=", "\t'=").replace("\r=", "\r'=").replace("\n=", "\n'=")
    (row,) = parsed(table)[1:]
    assert row == ["down", "2026-01-31T12:00:00Z", "", "61.2", "-0.5", f"'{guarded}; '{guarded}"]


def test_no_cell_begins_behind_a_semicolon():
    """Where a spreadsheet's language separates cells so."""
    incident = dict.fromkeys(INCIDENT_COLUMNS, "a") | {"reasons": ["broken;=1+1", "-1"]}
    table = as_csv(INCIDENT_COLUMNS, [incident])
    assert "broken;'=1+1; '-1" in table
    assert not [cell for line in parsed(table, ";") for cell in line if RUNS.match(cell)]


def test_a_watched_api_puts_no_formula_into_the_downloads(tmp_path):
    """With the names of its models, and whatever else it says of itself."""
    evil = '=HYPERLINK("http://evil.example","x")'
    with FakeApi([FakeModel(card={"title": evil, "output": {"name": evil, "unit": evil}})]) as api:
        checks = {evil: {"state": "broken", "reason": evil}}
        api.on("/api/health", says_json({"status": "unhealthy", "checks": checks, "reason": evil}, 503))
        settings = MonitorSettings(
            main_api_url=api.url, history_path=tmp_path / "monitor.db", goldens=tmp_path / "goldens.json"
        )
        client = Client(create_monitor(settings))
        client.get("/api/status")
        for path in ("/api/incidents?format=csv", "/api/history?format=csv&window=1h"):
            rows = parsed(client.get(path).text)
            assert len(rows) > 1
            assert not [each for row in rows for each in row if RUNS.match(each)]
