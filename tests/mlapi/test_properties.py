"""For any row that the schema allows, every way of asking gives the same answer, or the same refusal."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlapi.settings import ARTIFACTS
from tests.mlapi.kinds import KINDS

FLOAT32 = 3.4e38  # The hard limit that training gives a feature whose graph computes in float32.
DIGITS = 1e-6  # What float32 keeps of a number, with room for a few sums.
SHIPPED = sorted(file.parent.parent.name for file in ARTIFACTS.glob("*/*/bundle.json"))


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
        drawn = st.integers(int(feature["low"]), int(feature["high"])) | st.integers(int(low), int(high))
        if kind == "number":
            drawn = drawn | st.floats(feature["low"], feature["high"]) | st.floats(low, high)
    return drawn | st.none() if feature["nullable"] else drawn


def rows(card):
    """Return a strategy for batches of rows; what may be null may be left out as well."""
    values = {feature["name"]: value(feature) for feature in card["features"]}
    nullable = {feature["name"] for feature in card["features"] if feature["nullable"]}
    required = {name: drawn for name, drawn in values.items() if name not in nullable}
    optional = {name: drawn for name, drawn in values.items() if name in nullable}
    return st.lists(st.fixed_dictionaries(required, optional=optional), min_size=1, max_size=5)


def as_csv(card, batch):
    """Return rows as a table."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [feature["name"] for feature in card["features"]])
    writer.writeheader()
    writer.writerows(batch)
    return out.getvalue()


@pytest.mark.parametrize("name", SHIPPED)
def test_single_batch_and_csv_answers_agree(client, cards, name):
    """To the last bit between JSON and CSV, within the bundle's tolerance between one row and many."""
    assert_every_way_agrees(client, cards[name], 150)


@pytest.mark.parametrize("name", KINDS)
def test_single_batch_and_csv_answers_agree_for_every_kind(kinds_client, kinds_cards, name):
    """As above, with gaps, truths, codes, open categories and no probabilities."""
    assert_every_way_agrees(kinds_client, kinds_cards[name], 100)


def assert_every_way_agrees(client, card, examples):
    """Ask for batches of rows in every way, and for each row alone."""

    def ask(headers=None, **body):
        path = f"/api/predict?model={card['name']}&version={card['version']}"
        return client.post(path, headers=headers, **body)

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rows(card))
    def agree(batch):
        table = {"data": as_csv(card, batch), "content_type": "text/csv"}
        batches = [ask(json=batch), ask(json={"instances": batch}), ask(**table)]
        lines = ask({"Accept": "text/csv"}, **table)
        alone = [ask(json=row) for row in batch]
        if batches[0].status_code == 422:
            assert_refused(batches, lines, alone)
            return
        assert [each.status_code for each in (*batches, lines, *alone)] == [200] * (4 + len(alone))
        many = batches[0].get_json()["predictions"]
        assert [each.get_json()["predictions"] for each in batches] == [many] * 3
        texts = [line["prediction"] for line in csv.DictReader(io.StringIO(lines.text))]
        assert texts == [as_cell(answer["prediction"]) for answer in many]
        for row, answer, among_others in zip(batch, alone, many, strict=True):
            assert_same(card, answer.get_json(), among_others, tolerance(card, row, among_others))

    agree()


def as_cell(prediction):
    """Return a prediction as a table has it."""
    return json.dumps(prediction) if isinstance(prediction, bool) else str(prediction)


def assert_refused(batches, lines, alone):
    """Check that the model has no answer, for the same rows in every way of asking."""
    refusals = [each.get_json() for each in (*batches, lines)]
    assert {said["type"] for said in refusals} == {"urn:tandem:problem:no-answer"}
    rows = [[fault["pointer"].split("/")[-1] for fault in said["errors"]] for said in refusals]
    refused = [str(at) for at, answer in enumerate(alone) if answer.status_code == 422]
    assert rows == [refused] * 4
    assert {answer.status_code for answer in alone} <= {200, 422}


def tolerance(card, row, answer):
    """Return the bundle's tolerance; in float32, beyond the training range, what such numbers allow."""
    absolute = card["tolerance"]["absolute"]
    single = any(feature.get("maximum") == FLOAT32 for feature in card["features"])
    beyond = any("training range" in warning["detail"] for warning in answer["warnings"])
    if card["task"] == "classification" or not (single and beyond):
        return absolute
    return absolute + DIGITS * max(abs(each) for each in row.values() if isinstance(each, int | float))


def assert_same(card, alone, among_others, absolute):
    """Compare the parts of an answer."""
    close = {"abs": absolute, "rel": 0}
    assert alone["warnings"] == among_others["warnings"]
    if card["task"] == "regression":
        assert alone["prediction"] == pytest.approx(among_others["prediction"], **close)
        assert alone["interval"]["low"] == pytest.approx(among_others["interval"]["low"], **close)
        return
    assert alone["prediction"] == among_others["prediction"]
    if among_others["probabilities"] is None:
        assert (alone["confidence"], alone["probabilities"]) == (None, None)
    else:
        assert alone["probabilities"] == pytest.approx(among_others["probabilities"], **close)
