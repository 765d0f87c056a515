"""A list sent to POST /predict, or a text that holds one: the housing API's address."""

import json

import pytest

from training.writer import remove

BOSTON = dict.fromkeys(
    ["CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT"], 1.5
)


@pytest.fixture
def goldens(goldens_of):
    """Return house-price's known rows with their answers."""
    return goldens_of("house-price", "1")


@pytest.fixture
def houses(goldens):
    """Return house-price's known rows."""
    return [golden["input"] for golden in goldens]


@pytest.mark.parametrize("twice", [False, True], ids=["list", "text that holds a list"])
def test_rows_are_answered_in_order(client, goldens, houses, twice):
    """However often they were encoded."""
    answer = client.post("/predict", json=json.dumps(houses) if twice else houses)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.get_json() == {"prediction": pytest.approx([golden["prediction"] for golden in goldens])}


def test_a_call_is_counted_as_any_other(client, houses, counted, capsys):
    """For the model that answered."""
    client.post("/predict", json=json.dumps(houses))
    assert counted(client, "ml_requests_total") == {("/predict", "POST", "200"): 1}
    assert counted(client, "ml_predictions_total") == {("house-price", "1", ""): len(houses)}
    assert f'"model":"house-price","version":"1","outcome":"answered","status":200,"rows":{len(houses)}' in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize("twice", [False, True], ids=["list", "text that holds a list"])
def test_every_fault_is_named_and_counted(client, houses, counted, twice):
    """With the row that it stands in."""
    name = next(iter(houses[0]))
    rows = [houses[0], houses[1] | {name: "x", "more": 1}]
    answer = client.post("/predict", json=json.dumps(rows) if twice else rows)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.get_json()["errors"]} == {f"/1/{name}", "/1/more"}
    faults = counted(client, "ml_input_faults_total")
    assert set(faults) == {(name, "type", "house-price", "1"), ("", "unknown", "house-price", "1")}


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ('"{"', 400, "Within the text"),
        ('""', 400, "Within the text"),
        (r'"\"[]\""', 422, "1 fault"),
        ('"{}"', 422, "1 fault"),
        ('"5"', 422, "1 fault"),
        ('"[]"', 422, "1 fault"),
        ("[]", 422, "1 fault"),
        ('"[NaN]"', 422, "1 fault"),
        (json.dumps("[" * 100_000), 400, "Within the text"),
        (json.dumps(r'["\ud800"]'), 400, "Within the text"),
        (json.dumps('[{"a": 1, "a": 2}]'), 422, "faults"),
    ],
    ids=[
        *("half", "empty", "thrice", "object", "number", "no rows in text", "no rows"),
        *("NaN", "deep", "half a character", "twice"),
    ],
)
def test_a_text_that_holds_no_rows_is_refused(client, sent, status, said):
    """As problem+json, and without what was sent."""
    answer = client.post("/predict", data=sent, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert said in answer.get_json()["detail"]


@pytest.mark.parametrize("spell", [str, str.lower], ids=["as published", "small letters"])
def test_bostons_columns_are_refused_with_the_reason(client, spell):
    """All faults are still named."""
    row = {spell(name): value for name, value in BOSTON.items()}
    answer = client.post("/predict", json=json.dumps([row])).get_json()
    assert answer["status"] == 422
    assert "Boston" in answer["detail"]
    assert "docs/compat.md" in answer["detail"]
    unknown = {fault["pointer"] for fault in answer["errors"] if "not a feature" in fault["detail"]}
    assert unknown == {f"/0/{name}" for name in row}


def test_other_wrong_rows_hear_nothing_of_boston(client, houses):
    """One column of that name is no table."""
    answer = client.post("/predict", json=[houses[0] | {"RM": 1}]).get_json()
    assert "Boston" not in answer["detail"]


def test_any_model_may_answer_lists(counting, goldens_of):
    """Classes too."""
    client = counting(compat_list_model="penguins")
    goldens = goldens_of("penguins", "1")
    answer = client.post("/predict", json=[golden["input"] for golden in goldens])
    assert answer.get_json() == {"prediction": [golden["prediction"] for golden in goldens]}


def test_without_the_model_a_list_is_refused_and_a_penguin_answered(counting, artifacts, houses, penguin):
    """Each part stands alone."""
    remove(artifacts, "house-price", None)
    client = counting(artifacts=artifacts)
    answer = client.post("/predict", json=houses)
    assert answer.status_code == 404
    assert "house-price" in answer.get_json()["detail"]
    assert client.post("/predict", json=penguin).status_code == 200


def test_a_text_is_read_as_strictly_as_any_json(client, houses):
    """What stands twice in it is no guess, and what is not finite is named as such."""
    row = json.dumps(houses[0])
    twice, endless = row[:-1] + ', "bedrooms": 1}', json.dumps(houses[0] | {"lat": float("nan")})
    for text, said in ((f"[{twice}]", "stands more than once"), (f"[{endless}]", "must be a finite number")):
        answer = client.post("/predict", json=text)
        assert answer.status_code == 422
        assert [fault["detail"] for fault in answer.get_json()["errors"]] == [said]


def test_too_many_rows_are_refused(counting, houses):
    """Also those within a text."""
    client = counting(max_rows=2)
    assert client.post("/predict", json=json.dumps(houses[:3])).status_code == 413
