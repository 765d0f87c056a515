"""Scores: against scikit-learn's own and against a computation by hand."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as reference
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import SVC

from training.fitted import Answers
from training.metrics import score
from training.scores import ScoringError, measure, measure_on

X, Y = make_regression(120, 4, noise=30, random_state=0)
CLASS_X, CLASS_Y = make_classification(120, 4, n_classes=3, n_informative=3, n_redundant=0, random_state=0)


def test_scores_equal_scikit_learns() -> None:
    """Every score is scikit-learn's, to rounding."""
    random = np.random.default_rng(0)
    truth, predicted = random.normal(size=(2, 50))
    found = score(truth, Answers(predicted), "regression", np.array([]))
    assert found["r2"] == pytest.approx(reference.r2_score(truth, predicted))
    assert found["rmse"] == pytest.approx(reference.root_mean_squared_error(truth, predicted))
    assert found["mae"] == pytest.approx(reference.mean_absolute_error(truth, predicted))


def test_class_scores_equal_scikit_learns() -> None:
    """Classes' scores too, with a probability of 0 for a true class."""
    random = np.random.default_rng(0)
    classes = np.array(["a", "b", "c"])
    truth, predicted = random.choice(classes, (2, 60))
    chances = random.dirichlet(np.ones(3), 60)
    chances[0] = np.where(classes == truth[0], 0.0, 0.5)
    found = score(truth, Answers(predicted, chances), "classification", classes)
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(truth, predicted))
    assert found["balanced_accuracy"] == pytest.approx(reference.balanced_accuracy_score(truth, predicted))
    assert found["log_loss"] == pytest.approx(reference.log_loss(truth, chances))


def test_repeated_folds_equal_a_computation_by_hand() -> None:
    """The mean, the corrected interval and the dummy's score are those of a plain loop."""
    values, dummies = [], []
    for turn in range(3):
        for train, test in KFold(4, shuffle=True, random_state=7 + turn).split(X):
            values.append(Ridge().fit(X[train], Y[train]).score(X[test], Y[test]))
            dummies.append(DummyRegressor().fit(X[train], Y[train]).score(X[test], Y[test]))
    half = stats.t.ppf(0.975, 11) * np.sqrt(np.var(values, ddof=1) * (1 / 12 + 30 / 90))
    found = measure(Ridge(), X, Y, "regression", repeats=3, folds=4, inner=3, seed=7).scores["r2"]
    assert found.value == pytest.approx(np.mean(values))
    assert found.low == pytest.approx(np.mean(values) - half)
    assert found.high == pytest.approx(min(1, np.mean(values) + half))
    assert found.dummy == pytest.approx(np.mean(dummies))


def test_the_interval_equals_a_computation_by_hand() -> None:
    """The quantile comes from the table's out-of-fold residuals; coverage from each training part's own."""
    measured = measure(Ridge(), X, Y, "regression", repeats=1, folds=3, inner=4, seed=0)
    assert measured.interval is not None
    assert measured.interval["quantile"] == sorted(_residuals(X, Y))[int(np.ceil(121 * 0.9)) - 1]
    shares = []
    for train, test in KFold(3, shuffle=True, random_state=0).split(X):
        reach = sorted(_residuals(X[train], Y[train]))[int(np.ceil(81 * 0.9)) - 1]
        errors = np.abs(Y[test] - Ridge().fit(X[train], Y[train]).predict(X[test]))
        shares.append(np.mean(errors <= reach))
    assert measured.interval["coverage"]["value"] == pytest.approx(np.mean(shares))


def _residuals(inputs: np.ndarray, target: np.ndarray) -> list[float]:
    found: list[float] = []
    for train, test in KFold(4, shuffle=True, random_state=0).split(inputs):
        found += np.abs(
            target[test] - Ridge().fit(inputs[train], target[train]).predict(inputs[test])
        ).tolist()
    return found


def test_out_of_fold_answers_are_in_the_rows_order() -> None:
    """Each row's answer is its own, and no clone had seen it."""
    measured = measure(Ridge(alpha=1e-6), X, Y, "regression", repeats=1, folds=2, inner=10)
    assert np.corrcoef(measured.out_of_fold.predictions, Y)[0, 1] > 0.8
    assert measured.target is Y


def test_the_estimator_itself_is_never_changed() -> None:
    """Clones are fitted, the given one is not."""
    estimator = LogisticRegression()
    measure(estimator, CLASS_X, CLASS_Y, "classification", repeats=1)
    assert not hasattr(estimator, "coef_")


def test_an_unseeded_estimator_is_measured_alike_twice() -> None:
    """What the estimator leaves to chance is seeded."""
    forest = RandomForestClassifier(5)
    first, second = (measure(forest, CLASS_X, CLASS_Y, "classification", repeats=1, seed=3) for _ in range(2))
    assert first.scores == second.scores
    assert forest.random_state is None


def test_a_classifier_without_probabilities_has_no_log_loss() -> None:
    """What can't be measured is absent."""
    measured = measure(SVC(), CLASS_X, CLASS_Y, "classification", repeats=1)
    assert list(measured.scores) == ["accuracy", "balanced_accuracy"]
    assert measured.interval is None
    assert measured.out_of_fold.probabilities is None


def test_scores_stay_where_scores_can_be() -> None:
    """A perfect classifier's interval does not pass 1."""
    measured = measure(LogisticRegression(), CLASS_Y[:, None] * 100.0, CLASS_Y, "classification", repeats=2)
    assert measured.scores["accuracy"].high == 1
    assert measured.scores["log_loss"].low is not None
    assert measured.scores["log_loss"].low >= 0


def test_a_rare_class_gets_fewer_folds() -> None:
    """Three rows of a class are split three ways."""
    target = np.array([0] * 40 + [1] * 40 + [2] * 3)
    inputs = target[:, None] + np.linspace(0, 0.1, 83)[:, None]
    measured = measure(LogisticRegression(), inputs, target, "classification", repeats=2)
    assert measured.scoring["method"].startswith("2 times 3-fold")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        pytest.param(np.array([0] * 30 + [1]), "two rows or more", id="single row"),
        pytest.param(np.zeros(30), "two rows or more", id="one class"),
        pytest.param(np.array([0, 1] * 5), "10 rows are too few", id="few rows"),
    ],
)
def test_what_cannot_be_split_is_refused_in_words(target: np.ndarray, words: str) -> None:
    """The error says what is missing."""
    with pytest.raises(ScoringError, match=words):
        measure(LogisticRegression(), target[:, None], target, "classification")


def test_a_category_too_rare_for_folds_is_explained() -> None:
    """The estimator's own complaint, which quotes the value, is not what a person reads."""
    inputs = np.array([["a"], ["b"]] * 20 + [["secret"]], dtype=object)
    with pytest.raises(ScoringError, match="too rare") as caught:
        measure(OneHotRidge(), inputs, np.arange(41.0), "regression", repeats=1)
    assert "secret" not in str(caught.value)


class OneHotRidge(Ridge):
    """A regression on one category, which fails on values that it has not seen."""

    def fit(self, inputs: np.ndarray, target: np.ndarray) -> "OneHotRidge":
        """Fit the encoder and the regression."""
        self.encoder_ = OneHotEncoder(sparse_output=False).fit(inputs)
        super().fit(self.encoder_.transform(inputs), target)
        return self

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Predict through the encoder."""
        return np.asarray(super().predict(self.encoder_.transform(inputs)))


def test_held_out_rows_are_scored_with_the_estimator_as_it_is() -> None:
    """The value is the fitted estimator's own, and the bootstrap interval is around it."""
    fitted = Ridge().fit(X[:80], Y[:80])
    measured = measure_on(fitted, X[:80], Y[:80], "regression", X[80:], Y[80:], seed=1)
    r2 = measured.scores["r2"]
    assert r2.value == pytest.approx(fitted.score(X[80:], Y[80:]))
    assert r2.low is not None
    assert r2.high is not None
    assert r2.low < r2.value < r2.high <= 1
    assert measured.scoring["rows"] == 40
    assert measured.interval is not None
    assert measured.interval["coverage"]["rows"] == 40
    assert len(measured.out_of_fold.predictions) == 80
    again = measure_on(
        clone(fitted).fit(X[:80], Y[:80]), X[:80], Y[:80], "regression", X[80:], Y[80:], seed=1
    )
    assert again.scores == measured.scores


def test_a_held_out_class_that_the_table_lacks_is_refused() -> None:
    """A class that nothing was fitted on can't be scored."""
    fitted = LogisticRegression().fit(CLASS_X, CLASS_Y)
    with pytest.raises(ScoringError, match="a class that the table does not have"):
        measure_on(fitted, CLASS_X, CLASS_Y, "classification", CLASS_X[:2], np.array([0, 9]))


def test_progress_ends_where_it_was_announced() -> None:
    """Every fit is told of, up to the announced total."""
    seen: list[tuple[int, int]] = []
    measure(
        Ridge(), X, Y, "regression", repeats=1, folds=2, inner=3, progress=lambda *step: seen.append(step)
    )
    assert seen == [(done, 2 * 4 + 3) for done in range(1, 12)]
