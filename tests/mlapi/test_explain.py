"""Contributions are Shapley values, equal to the definition over all orders."""

from itertools import permutations

import numpy as np
import pytest

from mlapi.engine import NoAnswer, Outputs
from mlapi.explain import NotExplained, explain
from mlapi.predict import plan, predict

FEATURES = [
    {"name": "a", "kind": "number", "typical": 1.0, "low": 0, "high": 9, "unit": None},
    {"name": "b", "kind": "number", "typical": -2.0, "low": -9, "high": 9, "unit": None},
    {"name": "c", "kind": "category", "typical": "x", "values": ["x", "y"], "open": False},
]
ROW = {"a": 3.0, "b": 0.5, "c": "y"}


def card(method, scale="output", task="regression"):
    """Return as much of a card as answers need."""
    return {
        "task": task,
        "features": FEATURES,
        "output": {"unit": None, "classes": ["no", "yes"]},
        "interval": {"level": 0.9, "scale": "absolute", "quantile": 1.0},
        "explain": {"method": method, "scale": scale, "reason": "it is too large"},
    }


def tangled(columns):
    """Return a function of all three features with interactions."""
    factor = np.where(columns["c"] == "y", 2.0, 1.0)
    return columns["a"] * columns["b"] * factor + columns["a"] ** 2


def summed(columns):
    """Return a sum of one function per feature."""
    return columns["a"] ** 2 + np.sin(columns["b"]) + np.where(columns["c"] == "y", 5.0, 0.0)


def regressor(function):
    """Return a function as an engine."""
    return lambda columns: Outputs(function(columns), None)


def classifier(function):
    """Return an engine whose second class has the function as its log-odds."""

    def engine(columns):
        chance = 1 / (1 + np.exp(-function(columns)))
        labels = np.where(chance > 0.5, "yes", "no").astype(object)
        return Outputs(labels, np.stack([1 - chance, chance], axis=1))

    return engine


def by_definition(function):
    """Return the average over all orders of what each feature adds when it joins."""
    typical = {feature["name"]: feature["typical"] for feature in FEATURES}
    shares = dict.fromkeys(typical, 0.0)
    orders = list(permutations(typical))
    for order in orders:
        row = dict(typical)
        for name in order:
            before = function({key: np.array([value]) for key, value in row.items()})[0]
            row[name] = ROW[name]
            after = function({key: np.array([value]) for key, value in row.items()})[0]
            shares[name] += (after - before) / len(orders)
    return shares


def explained(which, engine, rows=(ROW,), in_time=lambda done: True):
    """Return the explanations of rows."""
    return explain(which, engine, predict(plan(which), engine, list(rows)), in_time)


def test_shapley_values_are_those_of_the_definition():
    """Over all orders in which features can join."""
    (said,) = explained(card("shapley"), regressor(tangled))
    assert said["contributions"] == pytest.approx(by_definition(tangled))
    assert said["baseline"] == pytest.approx(-1.0)


def test_an_additive_model_needs_one_row_per_feature_for_the_same_values():
    """The short way is exact for a sum."""
    (short,) = explained(card("additive"), regressor(summed))
    (whole,) = explained(card("shapley"), regressor(summed))
    assert short["contributions"] == pytest.approx(whole["contributions"])
    assert short["contributions"] == pytest.approx(by_definition(summed))


def test_a_class_is_explained_by_its_own_probability():
    """That of the class which was predicted, even where the typical row gets the other."""
    engine = classifier(tangled)
    which = card("shapley", "probability", "classification")
    (said,) = explained(which, engine)
    answer = predict(plan(which), engine, [ROW]).answers[0]
    assert answer["prediction"] == "yes"
    assert said["baseline"] + sum(said["contributions"].values()) == pytest.approx(answer["confidence"])
    assert said["baseline"] == pytest.approx(1 / (1 + np.exp(1.0)))


def test_log_odds_are_shared_out_where_they_are_a_sum():
    """For many features and two classes."""
    (said,) = explained(card("additive", "log-odds", "classification"), classifier(summed))
    assert said["contributions"] == pytest.approx(by_definition(summed))


def test_many_rows_are_explained_as_each_alone():
    """More than one chunk of them."""
    rows = [ROW | {"a": float(at % 7)} for at in range(3000)]
    many = explained(card("shapley"), regressor(tangled), rows)
    (alone,) = explained(card("shapley"), regressor(tangled), [rows[4]])
    assert many[4]["contributions"] == pytest.approx(alone["contributions"])
    assert many[2999]["contributions"] == pytest.approx(many[2999 % 7]["contributions"])


def test_it_stops_when_the_time_is_up():
    """Asked before each chunk with the share that is done."""
    asked = []

    def in_time(done):
        asked.append(done)
        return len(asked) < 3

    with pytest.raises(NotExplained, match="takes too long"):
        explained(card("shapley"), regressor(tangled), [ROW] * 10_000, in_time)
    assert asked == [0, 0.2048, 0.4096]


@pytest.mark.parametrize("refuses", [False, True], ids=["NaN", "refusal"])
def test_a_model_without_an_answer_on_the_way_is_not_explained(refuses):
    """The row itself has one; a row between it and the typical row has none."""

    def between(columns):
        mixed = (columns["a"] == ROW["a"]) != (columns["b"] == ROW["b"])
        if refuses and mixed.any():
            raise NoAnswer([])
        return np.where(mixed, np.nan, columns["a"])

    with pytest.raises(NotExplained, match="no finite answer on the way"):
        explained(card("shapley"), regressor(between))


def test_a_model_that_cannot_be_explained_says_why():
    """In the card's own words."""
    with pytest.raises(NotExplained, match="it is too large"):
        explained(card("none"), regressor(tangled))
