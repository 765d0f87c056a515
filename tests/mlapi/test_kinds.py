"""Every kind of feature, class and engine through the API: packed, asked over JSON and CSV, explained."""

import csv
import io
import math

import joblib
import pytest

from tests.mlapi.kinds import KINDS, WORDS

GAPPY = ["mixed-array", "mixed-frame"]
MIXED = ["mixed", *GAPPY]
FLOWERS = [*MIXED, "flag", "margin"]
OTHER_COLOUR = "a colour, that nobody saw"


@pytest.fixture
def ask(kinds_client):
    """Return a function that gives the answer to a body that must be taken."""

    def asked(name, body, query="", **headers):
        sent = {"data": body, "content_type": "text/csv"} if isinstance(body, str) else {"json": body}
        answer = kinds_client.post(f"/api/predict?model={name}{query}", headers=headers, **sent)
        assert answer.status_code == 200, answer.text
        return answer

    return asked


@pytest.fixture
def faults(kinds_client):
    """Return a function that gives the pointers and details of a row that must be refused."""

    def refused(name, row):
        answer = kinds_client.post(f"/api/predict?model={name}", json=row)
        assert answer.status_code == 422, answer.text
        return {fault["pointer"]: fault["detail"] for fault in answer.get_json()["errors"]}

    return refused


def whole(name):
    """Return the first row of a kind that has no gap."""
    return next(row for row in KINDS[name].rows() if None not in row.values())


def table(rows):
    """Return rows as CSV, True and False as Python writes them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def lines(answer):
    """Return the rows of a CSV answer."""
    return list(csv.DictReader(io.StringIO(answer.text)))


def close(card, value):
    """Return a value that others are equal to within the bundle's tolerance."""
    return pytest.approx(value, abs=card["tolerance"]["absolute"], rel=0)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_served_by_the_engine_it_is_meant_for(kinds_client, kinds_cards, name):
    """The tests below would else repeat each other."""
    engine = kinds_cards[name]["engine"]
    assert f"{engine['name']}/{engine['form']}" == KINDS[name].engine, engine["reason"]
    assert kinds_client.get(f"/api/model-info?model={name}").status_code == 200


def test_the_features_are_of_every_kind(kinds_cards):
    """Open and closed categories, of texts and of codes, with and without gaps."""
    features = [feature for card in kinds_cards.values() for feature in card["features"]]
    shown = {
        (each["kind"], each["nullable"], each.get("open"), type(each.get("values", [None])[0]).__name__)
        for each in features
    }
    numbers = {("number", gaps, None, "NoneType") for gaps in (False, True)}
    truths = {("boolean", gaps, None, "NoneType") for gaps in (False, True)}
    texts = {("category", gaps, is_open, "str") for gaps in (False, True) for is_open in (False, True)}
    codes = {("category", gaps, False, "int") for gaps in (False, True)}
    assert shown == numbers | truths | texts | codes | {("integer", False, None, "NoneType")}


@pytest.mark.parametrize("name", KINDS)
def test_answers_are_the_estimators_own_row_by_row(kinds, kinds_cards, ask, name):
    """All at once, and every sixth row alone; classes exactly, numbers within the bundle's tolerance."""
    kind, card = KINDS[name], kinds_cards[name]
    estimator = joblib.load(kinds / name / "1" / "model.joblib")
    rows, expected = kind.rows(), estimator.predict(kind.fed()).tolist()
    given = ask(name, rows).get_json()["predictions"]
    given[::6] = [ask(name, row).get_json() for row in rows[::6]]
    predictions = [answer["prediction"] for answer in given]
    if card["task"] == "regression":
        assert predictions == close(card, expected)
    else:
        assert [(type(said), said) for said in predictions] == [(type(label), label) for label in expected]
    if card["task"] == "classification" and name != "margin":
        chances = [list(answer["probabilities"].values()) for answer in given]
        for shares, own in zip(chances, estimator.predict_proba(kind.fed()).tolist(), strict=True):
            assert shares == close(card, own)


@pytest.mark.parametrize("name", FLOWERS)
def test_null_left_out_and_an_empty_cell_are_the_same_gap(kinds_cards, ask, name):
    """One feature at a time, then all that may be missing."""
    row = whole(name)
    nullable = [feature["name"] for feature in kinds_cards[name]["features"] if feature["nullable"]]
    for missing in [[each] for each in nullable] + [nullable]:
        gaps = row | dict.fromkeys(missing)
        left_out = {key: value for key, value in row.items() if key not in missing}
        answer = ask(name, [gaps]).get_json()["predictions"]
        assert ask(name, [left_out]).get_json()["predictions"] == answer
        assert ask(name, table([gaps])).get_json()["predictions"] == answer
        assert ask(name, table([left_out])).get_json()["predictions"] == answer
        assert answer[0]["warnings"] == []


@pytest.mark.parametrize("name", FLOWERS)
def test_a_gap_where_none_was_in_training_is_a_fault(faults, name):
    """Null is a wrong type, left out is missing."""
    row = whole(name)
    assert faults(name, row | {"petals": None}) == {"/petals": "must be a whole number"}
    del row["petals"]
    assert faults(name, row) == {"/petals": "is required"}


@pytest.mark.parametrize("name", FLOWERS)
def test_an_open_category_takes_what_was_never_seen_and_warns(kinds, kinds_cards, ask, name):
    """The answer is the estimator's own for an unknown category."""
    row = whole(name) | {"colour": OTHER_COLOUR}
    warning = {"feature": "colour", "detail": "a category that was not seen in training"}
    answer = ask(name, row).get_json()
    assert answer["warnings"] == [warning]
    assert OTHER_COLOUR not in str(answer)
    (line,) = lines(ask(name, table([row]), Accept="text/csv"))
    assert line["warnings"] == "colour"
    kind = KINDS[name]
    inputs = kind.inputs().head(1).astype({"colour": object}).assign(**row)
    estimator = joblib.load(kinds / name / "1" / "model.joblib")
    (own,) = estimator.predict(inputs if kind.named else inputs.to_numpy()).tolist()
    card = kinds_cards[name]
    assert answer["prediction"] == (close(card, own) if card["task"] == "regression" else own)


@pytest.mark.parametrize("name", FLOWERS)
@pytest.mark.parametrize(
    ("feature", "value", "values"),
    [
        ("shade", "pale", "dark, matt, light"),
        ("shade", "", "dark, matt, light"),
        ("shade", 1, "dark, matt, light"),
        ("grade", 3, "1, 2, 5"),
        ("grade", "5", "1, 2, 5"),
        ("grade", 1.5, "1, 2, 5"),
        ("grade", True, "1, 2, 5"),
    ],
)
def test_a_closed_category_refuses_what_was_never_seen(faults, name, feature, value, values):
    """By the feature's own pointer; a code is a number, and a truth is none."""
    also = ", null" if name in GAPPY else ""
    expected = {f"/{feature}": f"must be one of: {values}{also}"}
    assert faults(name, whole(name) | {feature: value}) == expected


@pytest.mark.parametrize("name", FLOWERS)
def test_a_code_counts_by_its_value(ask, name):
    """5 and 5.0 are one number in JSON and in a table, and not 1, which a class alone need not show."""
    row = whole(name)
    five = ask(name, [row | {"grade": 5}]).get_json()["predictions"]
    for written in (5.0, "5", "5.0", " 5 "):
        body = [row | {"grade": written}]
        body = table(body) if isinstance(written, str) else body
        assert ask(name, body).get_json()["predictions"] == five
    one = ask(name, [row | {"grade": 1}]).get_json()["predictions"]
    assert name == "margin" or one != five


@pytest.mark.parametrize("name", FLOWERS)
@pytest.mark.parametrize("cells", [["True", "False"], ["true", "false"], [" TRUE ", "FALSE"]])
def test_a_truth_in_a_table_is_a_truth_in_json(ask, name, cells):
    """However it is capitalised."""
    row = whole(name)
    said = ask(name, [row | {"opened": truth} for truth in (True, False)]).get_json()["predictions"]
    body = table([row | {"opened": cell} for cell in cells])
    assert ask(name, body).get_json()["predictions"] == said


@pytest.mark.parametrize("value", [1, 0, "true", "yes"])
@pytest.mark.parametrize("name", MIXED)
def test_only_true_and_false_are_truths(faults, name, value):
    """Not one and zero, nor a text."""
    also = " or null" if name == "mixed-array" else ""
    assert faults(name, whole(name) | {"opened": value}) == {"/opened": f"must be true or false{also}"}


@pytest.mark.parametrize("name", GAPPY)
def test_a_feature_with_a_name_in_words_is_named_as_it_is(faults, ask, name):
    """In faults and in warnings."""
    row = whole(name)
    assert faults(name, row | {WORDS: "long"}) == {f"/{WORDS}": "must be a number or null"}
    (warning,) = ask(name, row | {WORDS: 1e6}).get_json()["warnings"]
    assert warning["feature"] == WORDS


def test_a_model_without_probabilities_says_null_and_leaves_cells_empty(ask):
    """Its classes are whole numbers in JSON."""
    rows = KINDS["margin"].rows()
    answers = ask("margin", rows).get_json()["predictions"]
    assert {(answer["confidence"], answer["probabilities"]) for answer in answers} == {(None, None)}
    assert {answer["prediction"] for answer in answers} == {10, 20, 40}
    text = ask("margin", rows, Accept="text/csv").text.splitlines()
    assert text[0] == "prediction,confidence,p_10,p_20,p_40,warnings"
    assert text[1:] == [f"{answer['prediction']},,,,," for answer in answers]


def test_boolean_classes_are_true_and_false(ask):
    """As JSON writes them: in answers, as keys and in tables."""
    rows = KINDS["flag"].rows()
    answers = ask("flag", rows).get_json()["predictions"]
    assert {repr(answer["prediction"]) for answer in answers} == {"True", "False"}
    assert {tuple(answer["probabilities"]) for answer in answers} == {("false", "true")}
    table_of_answers = lines(ask("flag", rows, Accept="text/csv"))
    for line, answer in zip(table_of_answers, answers, strict=True):
        said = "true" if answer["prediction"] else "false"
        assert list(line) == ["prediction", "confidence", "p_false", "p_true", "warnings"]
        assert line["prediction"] == said
        assert answer["confidence"] == answer["probabilities"][said] == float(line["confidence"])
        assert [float(line["p_false"]), float(line["p_true"])] == list(answer["probabilities"].values())


@pytest.mark.parametrize("name", ["mixed", "mixed-array", "mixed-frame", "flag", "many"])
def test_contributions_lead_from_the_typical_row_to_the_answer(kinds_cards, ask, name):
    """In what the card says is shared out, for rows with gaps and with categories never seen as well."""
    card, rows = kinds_cards[name], KINDS[name].rows()[:20]
    if "colour" in rows[0]:
        rows.append(whole(name) | {"colour": OTHER_COLOUR})
    typical = {feature["name"]: feature["typical"] for feature in card["features"]}
    start = explained_value(card, ask(name, typical).get_json())
    for row, answer in zip(rows, ask(name, rows, "&explain=true").get_json()["predictions"], strict=True):
        said = answer["explanation"]
        assert said["scale"] == card["explain"]["scale"]
        assert list(said["contributions"]) == [feature["name"] for feature in card["features"]]
        total = said["baseline"] + sum(said["contributions"].values())
        assert total == close(card, explained_value(card, answer))
        if card["task"] == "regression" or card["explain"]["scale"] == "log-odds":
            assert said["baseline"] == close(card, start)
        unmoved = [key for key in typical if row.get(key) == typical[key]]
        assert [said["contributions"][key] for key in unmoved] == close(card, [0.0] * len(unmoved))


def explained_value(card, answer):
    """Return what is shared out of an answer."""
    if card["explain"]["scale"] == "log-odds":
        return math.log(answer["probabilities"]["yes"] / answer["probabilities"]["no"])
    return answer["prediction"] if card["task"] == "regression" else answer["confidence"]


@pytest.mark.parametrize(
    ("name", "method", "scale"),
    [
        *((name, "additive", "output") for name in MIXED),
        ("flag", "shapley", "probability"),
        ("many", "additive", "log-odds"),
        ("margin", "none", "probability"),
    ],
)
def test_every_way_to_explain_is_taken(kinds_cards, name, method, scale):
    """The two tests around this one would else leave some out."""
    assert (kinds_cards[name]["explain"]["method"], kinds_cards[name]["explain"]["scale"]) == (method, scale)


def test_a_model_that_cannot_be_explained_says_why(kinds_client):
    """One without probabilities, on asking for an explanation alone."""
    asked = {"json": whole("margin")}
    answer = kinds_client.post("/api/predict?model=margin&explain=true", **asked)
    assert answer.status_code == 422
    said = answer.get_json()
    assert said["type"] == "urn:tandem:problem:not-explained"
    assert said["detail"].endswith("the model gives no probabilities")
    assert kinds_client.post("/api/predict?model=margin", **asked).status_code == 200
