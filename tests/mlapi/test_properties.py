"""For any row that the schema allows, every way of asking gives the same answer."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlapi.app import create_app
from mlapi.settings import ARTIFACTS, Settings

CLIENT = create_app(Settings()).test_client()
CARDS = [json.loads(file.read_bytes()) for file in sorted(ARTIFACTS.glob("*/*/bundle.json"))]


def value(feature):
    """Return a strategy for what the schema allows a feature to be."""
    kind = feature["kind"]
    if kind == "boolean":
        drawn = st.booleans()
    elif kind == "category":
        drawn = st.sampled_from(feature["values"])
        drawn = drawn | st.text(min_size=1, max_size=200) if feature["open"] else drawn
    else:
        span = feature["high"] - feature["low"]
        low = feature["minimum"] if feature["minimum"] is not None else feature["low"] - span
        high = feature["maximum"] if feature["maximum"] is not None else feature["high"] + span
        drawn = st.integers(int(low), int(high)) if kind == "integer" else st.floats(low, high)
    return drawn | st.none() if feature["nullable"] else drawn


def rows(card):
    """Return a strategy for batches of rows."""
    row = st.fixed_dictionaries({feature["name"]: value(feature) for feature in card["features"]})
    return st.lists(row, min_size=1, max_size=5)


def ask(card, headers=None, **body):
    """Return the answer to a body that must be taken."""
    path = f"/api/predict?model={card['name']}&version={card['version']}"
    answer = CLIENT.post(path, headers=headers, **body)
    assert answer.status_code == 200, answer.text
    return answer


def as_csv(batch):
    """Return rows as a table."""
    out = io.StringIO()
    writer = csv.DictWriter(out, batch[0].keys())
    writer.writeheader()
    writer.writerows(batch)
    return out.getvalue()


@pytest.mark.parametrize("card", CARDS, ids=[card["name"] for card in CARDS])
def test_single_batch_and_csv_answers_agree(card):
    """To the last bit between JSON and CSV, within the bundle's tolerance between one row and many."""

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rows(card))
    def agree(batch):
        many = ask(card, json=batch).get_json()["predictions"]
        assert ask(card, json={"instances": batch}).get_json()["predictions"] == many
        table = as_csv(batch)
        assert ask(card, data=table, content_type="text/csv").get_json()["predictions"] == many
        lines = ask(card, {"Accept": "text/csv"}, data=table, content_type="text/csv").text
        texts = [line["prediction"] for line in csv.DictReader(io.StringIO(lines))]
        assert texts == [str(answer["prediction"]) for answer in many]
        for row, answer in zip(batch, many, strict=True):
            assert_same(card, ask(card, json=row).get_json(), answer)

    agree()


def assert_same(card, alone, among_others):
    """Compare the parts of an answer."""
    close = {"abs": card["tolerance"]["absolute"], "rel": 0}
    assert alone["warnings"] == among_others["warnings"]
    if card["task"] == "classification":
        assert alone["prediction"] == among_others["prediction"]
        assert alone["probabilities"] == pytest.approx(among_others["probabilities"], **close)
    else:
        assert alone["prediction"] == pytest.approx(among_others["prediction"], **close)
        assert alone["interval"]["low"] == pytest.approx(among_others["interval"]["low"], **close)
