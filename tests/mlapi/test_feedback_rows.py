"""True outcomes: what of a body is counted, and what is wrong with the rest."""

import json
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlapi.counters import MOST as MOST_INCREMENT
from mlapi.feedback import MOST, BadFeedback, Reader, errors, read_feedback
from mlapi.receipts import GOOD_FOR, Receipt, issue
from mlapi.strict_json import decode

SECRETS = ("a secret of 16 characters",)
NOW = 1_767_225_600.0
COUNTER = 2**62  # What a counter stays below.


def card(task, **output):
    """Return as much of a card as feedback looks at."""
    return {"task": task, "output": {"name": "target", "unit": None, "description": ""} | output}


CARDS = {
    "height": card("regression", mean=100.0, deviation=10.0),
    "houses": card("regression", mean=540_000.0, deviation=367_000.0),
    "without": card("regression"),
    "penguins": card("classification", classes=["Adelie", "Gentoo"]),
    "codes": card("classification", classes=[0, 1]),
    "flags": card("classification", classes=[False, True]),
}
READER = Reader(SECRETS, NOW, lambda model, version: CARDS.get(model) if version == "1" else None)


def token(prediction=100.0, *, model="height", version="1", now=NOW, **more):
    """Return a receipt."""
    return issue(SECRETS, model=model, version=version, prediction=prediction, now=now, **more)


def refused(body, reader=READER):
    """Return the refusal of a body."""
    with pytest.raises(BadFeedback) as caught:
        read_feedback(body, reader)
    return caught.value


def faults(body):
    """Return (pointer, detail) of all that is wrong with a body."""
    found = refused(body).faults
    assert found.total == len(found.listed)
    return [(fault.pointer, fault.detail) for fault in found.listed]


def counted(actual, **more):
    """Return what a single label counts."""
    (label,) = read_feedback({"receipt": token(**more), "actual": actual}, READER).labels
    return label.errors


@pytest.mark.parametrize(
    ("prediction", "actual", "expected"),
    [
        pytest.param(100.0, 100.0, (0, 0), id="right"),
        pytest.param(100.0, 105, (500, 250_000), id="a whole number"),
        pytest.param(100.0, 95.0, (500, 250_000), id="below"),
        pytest.param(100.0, 100.004, (0, 0), id="rounded down"),
        pytest.param(100.0, 100.006, (1, 0), id="rounded up"),
        pytest.param(100.0, 100.01, (1, 1), id="one unit"),
        pytest.param(-900.0, 1100.0, (200_000, 40_000_000_000), id="as far off as can be"),
    ],
)
def test_an_error_is_counted_in_parts_of_the_deviation(prediction, actual, expected):
    """Thousandths of it, and millionths of its square."""
    assert counted(actual, prediction=prediction) == {"absolute": expected[0], "squared": expected[1]}


@pytest.mark.parametrize(
    ("model", "prediction", "actual", "correct"),
    [
        ("penguins", "Adelie", "Adelie", 1),
        ("penguins", "Adelie", "Gentoo", 0),
        ("codes", 1, 1, 1),
        ("codes", 1, 1.0, 1),
        ("codes", 0, 1, 0),
        ("flags", True, True, 1),
        ("flags", True, False, 0),
    ],
)
def test_a_class_is_right_or_wrong(model, prediction, actual, correct):
    """1.0 is the whole number 1, as JSON has it."""
    assert counted(actual, model=model, prediction=prediction) == {"correct": correct}


def test_ten_thousand_house_prices_give_the_errors_computed_by_hand():
    """To one unit per label, and far from any overflow."""
    prices, deviation = random.Random(0), CARDS["houses"]["output"]["deviation"]
    truths = [min(7_700_000, round(prices.lognormvariate(13, 0.5))) for _ in range(9_999)] + [7_700_000]
    pairs = [(truth * prices.lognormvariate(0, 0.3), truth) for truth in truths]
    bodies = [
        {"receipt": token(guess, model="houses", id=str(at)), "actual": truth}
        for at, (guess, truth) in enumerate(pairs)
    ]
    calls = [read_feedback(bodies[at : at + MOST], READER) for at in range(0, len(bodies), MOST)]
    labels = [label.errors for call in calls for label in call.labels]
    absolute, squared = (sum(each[key] for each in labels) for key in ("absolute", "squared"))
    by_hand = math.fsum(abs(guess - truth) for guess, truth in pairs) / len(pairs)
    squares_by_hand = math.fsum((guess - truth) ** 2 for guess, truth in pairs) / len(pairs)
    assert len(labels) == 10_000
    assert absolute * 1e-3 * deviation / 10_000 == pytest.approx(by_hand, abs=1e-3 * deviation, rel=0)
    mean_square = squared * 1e-6 * deviation**2 / 10_000
    assert mean_square == pytest.approx(squares_by_hand, abs=1e-6 * deviation**2, rel=0)
    assert math.sqrt(mean_square) == pytest.approx(math.sqrt(squares_by_hand), abs=1e-3 * deviation, rel=0)
    assert max(each["squared"] for each in labels) <= MOST_INCREMENT
    assert squared < COUNTER


def test_the_worst_labels_of_three_years_fit_in_a_counter():
    """A hundred thousand a day, each as far off as is counted."""
    worst = counted(1100.0, prediction=-900.0)
    assert max(worst.values()) <= MOST_INCREMENT
    assert max(worst.values()) * 100_000 * 365 * 3 < COUNTER


def test_a_label_names_the_answer_that_it_is_of():
    """What the store must know to count it once."""
    body = {"receipt": token(now=NOW - 86_400, id="abc"), "actual": 105}
    (label,) = read_feedback(body, READER).labels
    assert (label.receipt.id, label.receipt.day, label.actual) == ("abc", "2025-12-31", 105.0)


def test_a_receipt_that_stands_twice_counts_once():
    """With the same outcome it is a repeat, as in a second call."""
    once, other = {"receipt": token(), "actual": 105}, {"receipt": token(), "actual": 105}
    feedback = read_feedback([once, other, {**once, "actual": 105.0}, once], READER)
    assert (len(feedback.labels), feedback.repeated) == (2, 2)
    assert feedback.labels[0].errors == {"absolute": 500, "squared": 250_000}


def test_a_receipt_with_two_outcomes_is_a_fault():
    """Which of them is true, nobody can say."""
    once = {"receipt": token(), "actual": 105}
    detail = "differs from what the same receipt stands with before"
    assert faults([once, once, once | {"actual": 106}]) == [("/2/actual", detail)]


NUMBER = "must be a number within 100 standard deviations of the training data's mean"
CLASS = "must be one of the model's classes, as its card lists them"
SCALAR = "must be a number or a class of the model"


@pytest.mark.parametrize(
    ("model", "prediction", "actual", "detail"),
    [
        pytest.param("height", 1.0, True, NUMBER, id="a truth"),
        pytest.param("height", 1.0, "105", NUMBER, id="a text"),
        pytest.param("height", 1.0, 1100.1, NUMBER, id="too far up"),
        pytest.param("height", 1.0, -900.1, NUMBER, id="too far down"),
        pytest.param("height", 1.0, 10**400, NUMBER, id="beyond every float"),
        pytest.param("height", 1.0, None, SCALAR, id="null"),
        pytest.param("height", 1.0, [105], SCALAR, id="a list"),
        pytest.param("height", 1.0, {"a": 1}, SCALAR, id="an object"),
        pytest.param("height", 1.0, math.nan, "must be a finite number", id="nan"),
        pytest.param("height", 1.0, -math.inf, "must be a finite number", id="infinite"),
        pytest.param("penguins", "Adelie", "Rockhopper", CLASS, id="no class"),
        pytest.param("penguins", "Adelie", 1, CLASS, id="a number for a class"),
        pytest.param("codes", 1, True, CLASS, id="a truth for a code"),
        pytest.param("codes", 1, "1", CLASS, id="a text for a code"),
        pytest.param("codes", 1, 1.5, CLASS, id="no code"),
        pytest.param("flags", True, 1, CLASS, id="a code for a truth"),
        pytest.param("flags", True, 1.0, CLASS, id="a number for a truth"),
    ],
)
def test_an_outcome_that_can_not_be_is_named(model, prediction, actual, detail):
    """And not repeated."""
    body = {"receipt": token(prediction, model=model), "actual": actual}
    assert faults(body) == [("/actual", detail)]


GONE = "is of a model or version that is not served any more"
OFF = "is of an answer that this model can't give, or too far off to be counted"


@pytest.mark.parametrize(
    ("receipt", "detail"),
    [
        pytest.param("forged", "is no receipt of this API", id="forged"),
        pytest.param(5, "is no receipt of this API", id="a number"),
        pytest.param(None, "is no receipt of this API", id="null"),
        pytest.param(token(now=NOW - GOOD_FOR - 1), "is of an answer that is older than 30 days", id="old"),
        pytest.param(token(model="other"), GONE, id="another model"),
        pytest.param(token(version="2"), GONE, id="another version"),
        pytest.param(
            token(model="without"), "is of a model whose card has no scale to count errors on", id="no scale"
        ),
        pytest.param(token(1101.0), OFF, id="a prediction that is far off"),
        pytest.param(token("Adelie"), OFF, id="a class of a regression"),
        pytest.param(token(1.5, model="penguins"), OFF, id="a number of classes"),
        pytest.param(token("Emperor", model="penguins"), OFF, id="a class that is gone"),
        pytest.param(token(1, model="flags"), OFF, id="a code of truths"),
    ],
)
def test_a_receipt_that_can_not_be_used_is_named(receipt, detail):
    """With the reason, where it is a true one."""
    assert faults({"receipt": receipt, "actual": 105}) == [("/receipt", detail)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, [("", "must be an object with receipt and actual")]),
        ("text", [("", "must be an object with receipt and actual")]),
        ([], [("", "must hold 1 to 1000 true outcomes")]),
        ([{}] * 1001, [("", "must hold 1 to 1000 true outcomes")]),
        ([[]], [("/0", "must be an object with receipt and actual")]),
        ({}, [("/receipt", "is required"), ("/actual", "is required")]),
        ([{"actual": 1}], [("/0/receipt", "is required")]),
        ({"receipt": token()}, [("/actual", "is required")]),
        (
            {"receipt": token(), "actual": 105, "secret key": 1, "more": 2},
            [("", "must hold nothing beside receipt and actual")],
        ),
    ],
    ids=["null", "text", "empty", "too many", "list in a list", "nothing", "no receipt", "no actual", "more"],
)
def test_a_body_of_another_shape_is_told_what_it_must_be(body, expected):
    """By JSON Pointers; no key or value of the caller's is repeated."""
    assert faults(body) == expected


def test_every_fault_of_every_label_is_named():
    """And the good ones are not counted."""
    good = {"receipt": token(), "actual": 105}
    body = [
        good,
        {"receipt": "x", "actual": None, "odd": 1},
        {"actual": math.nan},
        good,
        {**good, "actual": "x"},
    ]
    assert faults(body) == [
        ("/1", "must hold nothing beside receipt and actual"),
        ("/1/actual", SCALAR),
        ("/1/receipt", "is no receipt of this API"),
        ("/2/receipt", "is required"),
        ("/2/actual", "must be a finite number"),
        ("/4/actual", NUMBER),
    ]


def test_what_stands_twice_or_is_too_large_for_json_is_named():
    """As the body's own reader leaves it."""
    spelled = json.dumps(token())
    twice, _ = decode(f'{{"receipt": {spelled}, "actual": 1, "actual": 2, "odd": 1, "odd": 2}}'.encode())
    assert faults(twice) == [
        ("/actual", "stands more than once"),
        ("", "must hold nothing beside receipt and actual"),
    ]
    large, _ = decode(f'{{"receipt": {spelled}, "actual": 1e999}}'.encode())
    assert faults(large) == [("/actual", "must be a finite number")]


def test_more_faults_than_are_listed_are_counted():
    """The answer must fit the platform's limit."""
    found = refused([{}] * MOST).faults
    assert (len(found.listed), found.total) == (MOST, 2 * MOST)


@pytest.mark.parametrize(
    ("others", "expired"),
    [([], True), ([{"receipt": token(), "actual": 105}], True), ([{"receipt": "x", "actual": 105}], False)],
    ids=["alone", "beside a good one", "beside a forged one"],
)
def test_receipts_that_are_only_too_old_are_told_apart(others, expired):
    """They have a status of their own."""
    old = {"receipt": token(now=NOW - GOOD_FOR - 1), "actual": 105}
    assert refused([old, *others]).expired is expired


def test_a_secret_that_was_replaced_still_counts():
    """Receipts that it signed are out for 30 days."""
    reader = Reader(("the new secret here", *SECRETS), NOW, READER.card_of)
    assert len(read_feedback({"receipt": token(), "actual": 105}, reader).labels) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
TOKENS = st.sampled_from(
    [
        *(
            token(id="same"),
            token(-850.5, id="other"),
            token(1e300),
            token(model="without"),
            token(version="9"),
        ),
        *(token("Adelie", model="penguins"), token(True, model="flags"), token(1, model="codes")),
        *(token(now=0), token(now=NOW + 1e6), token()[:-1], "", "1.", "\ud800"),
    ]
)
LABELS = st.fixed_dictionaries(
    {},
    optional={
        "receipt": TOKENS | JSON,
        "actual": st.sampled_from([105, -850.5, "Adelie", True, 1, 1.0]) | JSON,
        "odd": JSON,
    },
)


@given(JSON | LABELS | st.lists(LABELS | JSON, max_size=5))
def test_any_body_is_counted_or_refused(body):
    """Nothing else is ever raised, and what is counted can be stored."""
    try:
        feedback = read_feedback(body, READER)
    except BadFeedback:
        return
    ids = [label.receipt.id for label in feedback.labels]
    assert len(ids) == len(set(ids))
    assert len(ids) + feedback.repeated == (len(body) if isinstance(body, list) else 1)
    for label in feedback.labels:
        assert all(0 <= count <= 200_000**2 for count in label.errors.values())


@given(st.floats(-900, 1100), st.floats(-900, 1100))
def test_a_rounded_error_is_within_half_a_unit(prediction, actual):
    """For every prediction and outcome that is counted."""
    receipt = Receipt("id", "height", "1", prediction, int(NOW))
    found = errors(CARDS["height"], receipt, actual)
    off = abs(prediction - actual) / 10
    assert found["absolute"] == pytest.approx(off * 1e3, abs=0.5 + 1e-6)
    assert found["squared"] == pytest.approx(off * off * 1e6, abs=0.5 + 1e-4)
