"""What is wrong with rows for scoring is named, all of it, in the one shape that MLflow's clients read."""

import json

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import Settings
from tests.mlapi.compat.scoring import FORMS, columns_of, lists_of, split_of
from tests.mlapi.conftest import STUDENT
from tests.mlapi.kinds import WORDS, gappy

NAMES = list(STUDENT)
ROWS = [STUDENT, STUDENT]
ONE_OF = "must be an object with exactly one of: dataframe_split, dataframe_records, instances, inputs"


@pytest.fixture(scope="module")
def client():
    """Return a client of the API as it ships, one for all tests here."""
    return Client(create_app(Settings()))


def refused(client, body, status=400, code="INVALID_PARAMETER_VALUE", **sent):
    """Return the words of a refusal."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post("/invocations", data=data, **({"content_type": "application/json"} | sent))
    assert (answer.status_code, answer.mimetype) == (status, "application/json"), answer.text[:300]
    said = answer.get_json()
    assert (list(said), said["error_code"]) == (["error_code", "message"], code)
    return said["message"]


def split(**more):
    """Return a table with something changed."""
    return {"dataframe_split": split_of(NAMES, ROWS) | more}


def columns(**more):
    """Return columns with something changed."""
    return {"inputs": columns_of(NAMES, ROWS) | more}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([STUDENT], ONE_OF),
        ("x", ONE_OF),
        ({}, ONE_OF),
        ({"columns": NAMES, "data": []}, ONE_OF),
        ({"instances": ROWS, "inputs": ROWS}, ONE_OF),
        ({"instances": 5}, "/instances: must be a list of rows"),
        ({"dataframe_records": STUDENT}, "/dataframe_records: must be a list of rows"),
        ({"instances": []}, "must hold at least one row"),
        ({"inputs": {}}, "/inputs/gender: is required"),
        ({"inputs": [5]}, "/inputs/0: must be an object with one key per feature"),
        ({"instances": [STUDENT, 5]}, "/instances/1: must be an object with one key per feature"),
        ({"instances": [[1], 5]}, "/instances/1: must be a list of 7 values"),
        ({"dataframe_split": ROWS}, "/dataframe_split: must be an object with columns and data"),
        (split(dtypes=[]), "/dataframe_split: must hold nothing beside columns, index and data"),
        (split(columns=NAMES[1:]), "/dataframe_split/columns/gender: is required"),
        (split(columns=5), "/dataframe_split/columns: must be a list of the features' names"),
        (split(columns=[[]]), "/dataframe_split/columns: must be a list of the features' names"),
        (split(columns=[*NAMES, "x"]), "/dataframe_split/columns: has a column that is not a feature; the"),
        (split(columns=[*NAMES, "lunch"]), "/dataframe_split/columns: names a column more than once"),
        (split(data={}), "/dataframe_split/data: must be a list of rows"),
        (split(index=[1]), "/dataframe_split/index: must be a list as long as data"),
        (split(index="ab"), "/dataframe_split/index: must be a list as long as data"),
        (split(data=[*lists_of(NAMES, ROWS[:1]), [1, 2]]), "/dataframe_split/data/1: must be a list of 7"),
        (columns(x=[1, 2]), "/inputs: has a column that is not a feature; the features are: gender, race"),
        (columns(lunch=["standard"]), "/inputs/lunch: must be a list of 2 values, as the longest is"),
        (columns(lunch="standard"), "/inputs/lunch: must be a list of 2 values, as the longest is"),
        (
            columns(reading_score=[72, 72.5]),
            "/inputs/reading_score/1 (reading_score): must be a whole number",
        ),
        (columns(reading_score=[72, 2**70]), "/inputs/reading_score/1 (reading_score): must be at most 100"),
        (
            columns(reading_score=[72, [72]]),
            "/inputs/reading_score/1 (reading_score): must be a whole number",
        ),
        (
            columns(lunch=["standard", None]),
            "/inputs/lunch/1 (lunch): must be one of: standard, free/reduced",
        ),
        (
            columns(reading_score=[float("nan"), 1]),
            "/inputs/reading_score/0 (reading_score): must be a finite",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_rows_that_are_none_are_named(client, body, said):
    """Where they stand in the body."""
    assert said in refused(client, body)


@pytest.mark.parametrize("form", FORMS)
def test_every_fault_of_the_rows_is_named(client, form):
    """In every form, and no value is repeated."""
    wrong = [STUDENT | {"gender": "secret", "reading_score": 500}, STUDENT | {"writing_score": "secret"}]
    said = refused(client, FORMS[form](NAMES, wrong))
    assert said.startswith("The input has 3 faults; nothing was predicted.")
    for word in ("gender", "reading_score", "writing_score", "at most 100 points", "one of: female, male"):
        assert word in said
    assert "secret" not in said


def test_faults_are_counted(counting, counted):
    """As anywhere."""
    client = counting()
    refused(client, columns(reading_score=[500, -1]))
    assert counted(client, "ml_input_faults_total") == {("reading_score", "range", "math-score", "1"): 2}
    assert not counted(client, "ml_predictions_total")


def test_faults_of_a_table_name_the_line(client):
    """People count lines."""
    table = ",".join(NAMES) + "\n" + ",".join(map(str, (STUDENT | {"lunch": "x"}).values()))
    said = refused(client, table.encode(), content_type="text/csv")
    assert "line 2: must be one of: standard, free/reduced" in said


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BAD_REQUEST"),
        (b"{", "BAD_REQUEST"),
        (b"\xff", "BAD_REQUEST"),
        (b"[" * 100_000, "BAD_REQUEST"),
        (b'{"inputs": ' + b"[" * 100_000, "BAD_REQUEST"),
        (b'{"inputs": "\\ud800"}', "BAD_REQUEST"),
        (b'{"inputs": [' + b"[" * 300 + b"]" * 300 + b"]}", "BAD_REQUEST"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_hostile_json_is_refused(client, body, code):
    """Before anything is made of it."""
    refused(client, body, code=code)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"inputs": [], "inputs": []}', "/inputs"),
        (b'{"inputs": {"lunch": ["none"], "lunch": ["none"]}}', "/inputs/lunch"),
        (b'{"inputs": {"lunch": "none", "lunch": "none"}}', "/inputs/lunch"),
        (b'{"instances": [{"lunch": 1, "lunch": 1}]}', "/instances/0/lunch"),
        (b'{"dataframe_records": [{"lunch": 1, "lunch": 1}]}', "/dataframe_records/0/lunch"),
        (b'{"dataframe_split": {"data": [], "data": []}}', "/dataframe_split/data"),
    ],
    ids=str,
)
def test_a_key_that_stands_twice_is_named(client, body, place):
    """Which of both was meant is never guessed."""
    assert f"{place}: stands more than once" in refused(client, body)


@pytest.mark.parametrize(
    "content_type", [None, "application/xml", "application/json; charset=latin-1", "text/csv; charset=utf-16"]
)
def test_another_media_type_is_refused(client, content_type):
    """MLflow's old form of JSON has its own word, in the body."""
    refused(client, b"{}", 415, "BAD_REQUEST", content_type=content_type)


def test_an_unknown_model_is_not_found(client):
    """Its name is not repeated."""
    said = refused(client, {}, 404, "RESOURCE_DOES_NOT_EXIST", query_string={"model": "x" * 50})
    assert said == "There is no such model or version; /api/models lists all."


def test_a_broken_model_can_not_answer_now(artifacts, client_of):
    """503, which clients try again."""
    (artifacts / "penguins" / "1" / "model.onnx").write_bytes(b"other")
    query = {"model": "penguins", "version": "1"}
    refused(client_of(artifacts), {}, 503, "TEMPORARILY_UNAVAILABLE", query_string=query)


@pytest.mark.parametrize("form", FORMS)
def test_more_rows_than_are_taken_are_refused(counting, form):
    """Before any of them is looked at."""
    client = counting(max_rows=3)
    assert client.post("/invocations", json=FORMS[form](NAMES, [STUDENT] * 3)).status_code == 200
    said = refused(client, FORMS[form](NAMES, [STUDENT | {"gender": 5}] * 4), 413, "BAD_REQUEST")
    assert said == "At most 3 rows fit in one call."


@pytest.mark.parametrize(
    "body", [{"instances": [[]] * 4}, {"inputs": {"lunch": [5] * 4}}, {"dataframe_split": {"data": [5] * 4}}]
)
def test_too_many_rows_that_are_none_are_not_looked_at(counting, body):
    """Their number is enough."""
    refused(counting(max_rows=3), body, 413, "BAD_REQUEST")


def test_a_body_over_the_limit_is_refused(client):
    """As everywhere, in the protocol's shape."""
    refused(client, b" " * 4_000_001, 413, "BAD_REQUEST")


ALL_FORMS = FORMS | {"inputs as one row": lambda names, rows: {"inputs": rows[0]}}


@pytest.mark.parametrize("form", ALL_FORMS)
def test_nan_is_missing_where_a_feature_may_be(kinds_client, form):
    """MLflow's client writes a gap of a table so; infinity is none."""
    row = next(row for row in gappy().to_dict("records") if not any(v != v for v in row.values()))
    row |= {"grade": int(row["grade"])}
    names = list(row)
    first, second = (
        kinds_client.post(
            "/invocations?model=mixed-array", json=ALL_FORMS[form](names, [row | {WORDS: value}])
        )
        for value in (None, float("nan"))
    )
    assert first.status_code == 200, first.text
    assert second.get_json() == first.get_json()
    body = ALL_FORMS[form](names, [row | {WORDS: float("inf")}])
    answer = kinds_client.post("/invocations?model=mixed-array", json=body)
    assert "must be a finite number" in answer.get_json()["message"]
