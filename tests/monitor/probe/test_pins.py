"""Pins: read from the file that training writes, and kept as text."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import pins
from monitor.pins import PinsError
from tests.monitor.fake_api import MATH, PENGUINS
from training.pin import pinned

ROOT = Path(__file__).resolve().parents[3]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def test_the_shipped_file_is_read_whole() -> None:
    """As training wrote it from the bundles."""
    written = pinned(ROOT / "ml-api" / "artifacts")
    flat = {(name, version): pin for name, versions in written.items() for version, pin in versions.items()}
    assert pins.shipped(ROOT / "monitoring" / "goldens.json") == flat


def test_no_file_is_no_pins(tmp_path: Path) -> None:
    """Then the answers that are seen first count."""
    assert pins.shipped(tmp_path / "goldens.json") == {}


def changed(**values: Any) -> str:
    """Return a file whose pin has other values."""
    return json.dumps({"math-score": {"1": MATH.pin() | values}})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON: line 1, column 2"),
        ("", "is not JSON: line 1, column 1"),
        ("[]", "holds no pins: the whole should be an object"),
        ('{"A": {}}', "holds no pins: a model should be a model's name"),
        ('{"a": {"x": {}}}', "a version of a should be a version"),
        ('{"a": {"1": {}}}', "a/1/task should be regression or classification"),
        (changed(task="clustering"), "math-score/1/task should be"),
        (changed(sha256="abc"), "math-score/1/sha256 should be a sha256"),
        (changed(tolerance={"absolute": -1}), "math-score/1/tolerance/absolute should be zero or more"),
        (changed(tolerance={"absolute": "NaN"}), "tolerance/absolute should be a number"),
        (changed(goldens=[]), "goldens should be a list of at least one"),
        (changed(goldens=[{"input": [], "prediction": 1}]), "goldens/0/input should be an object"),
        (changed(goldens=[{"input": {}, "prediction": "1"}]), "goldens/0/prediction should be a number"),
        (changed().replace("66.02", "NaN"), "is not JSON: it holds NaN or Infinity"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(tmp_path: Path, text: str, says: str) -> None:
    """Somebody must know what to repair."""
    file = tmp_path / "goldens.json"
    file.write_text(text)
    with pytest.raises(PinsError) as refused:
        pins.shipped(file)
    assert str(refused.value).startswith("goldens.json ")
    assert says in str(refused.value)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    """It can't be read."""
    with pytest.raises(PinsError, match=r"can't be read: Is a directory"):
        pins.shipped(tmp_path)


@pytest.mark.parametrize("model", [MATH, PENGUINS], ids=["regression", "classification"])
def test_what_is_spelled_is_parsed_again(model: Any) -> None:
    """To the same pin."""
    pin = pins.read(model.pin(), "")
    assert pins.parsed(pins.spelled(pin)) == pin


@given(JSON)
def test_no_value_makes_parsing_raise(value: Any) -> None:
    """Whatever the store holds."""
    pins.parsed(json.dumps(value))
    pins.parsed(json.dumps(MATH.pin() | {"goldens": value, "tolerance": value}))


@given(st.text())
def test_no_text_makes_parsing_raise(text: str) -> None:
    """Lone surrogates included."""
    assert pins.parsed(text) is None
    assert pins.parsed(text + "\ud800") is None


def test_what_is_nested_deeply_is_no_pin() -> None:
    """It ends in None, not in a crash."""
    assert pins.parsed("[" * 1_000_000) is None
