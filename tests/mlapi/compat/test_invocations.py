"""/invocations: MLflow's scoring protocol answers what /api/predict answers, in every form of it."""

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import Settings
from tests.mlapi.compat.scoring import FORMS, lists_of, table_of
from tests.mlapi.kinds import KINDS


@pytest.fixture(scope="module")
def client():
    """Return a client of the API as it ships, one for all tests here."""
    return Client(create_app(Settings()))


@pytest.fixture
def students(goldens_of):
    """Return the rows of math-score whose answers are known."""
    return [golden["input"] for golden in goldens_of("math-score", "1")]


def expected(client, rows, query=""):
    """Return what /api/predict predicts for rows."""
    answers = client.post(f"/api/predict{query}", json=rows).get_json()["predictions"]
    return {"predictions": [answer["prediction"] for answer in answers]}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_model_answers_every_form(kinds_client, name, form):
    """Numbers, whole numbers, truths, texts and codes, with their gaps, on both engines."""
    rows = KINDS[name].rows()
    body = FORMS[form](list(rows[0]), rows)
    answer = kinds_client.post(f"/invocations?model={name}", json=body)
    assert (answer.status_code, answer.content_type) == (200, "application/json"), answer.text
    assert answer.get_json() == expected(kinds_client, rows, f"?model={name}")


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("content_type", ["text/csv", "text/csv; charset=utf-8"])
def test_every_kind_of_model_answers_a_table(kinds_client, name, content_type):
    """With empty cells where something is missing."""
    rows = KINDS[name].rows()
    table = table_of(list(rows[0]), rows)
    answer = kinds_client.post(f"/invocations?model={name}", data=table, content_type=content_type)
    assert answer.get_json() == expected(kinds_client, rows, f"?model={name}")


def test_columns_may_come_in_any_order_where_they_are_named(client, students):
    """Without names, lists are in the order of the features, as the card has them."""
    backwards = [dict(reversed(row.items())) for row in students]
    names = list(backwards[0])
    for form in ("dataframe_split", "dataframe_records", "instances", "inputs"):
        answer = client.post("/invocations", json=FORMS[form](names, backwards))
        assert answer.get_json() == expected(client, students), form
    split = {"data": lists_of(list(students[0]), students)}
    assert client.post("/invocations", json={"dataframe_split": split}).get_json() == expected(
        client, students
    )


@pytest.mark.parametrize("form", ["instances", "inputs"])
def test_an_object_of_single_values_is_one_row(client, students, form):
    """As MLflow's server takes it."""
    answer = client.post("/invocations", json={form: students[0]})
    assert answer.get_json() == expected(client, students[:1])


def test_what_mlflow_passes_over_is_passed_over(client, students):
    """Parameters, and keys that are no form of rows."""
    more = {"params": {"temperature": 1}, "signature_name": "serving_default"}
    answer = client.post("/invocations", json={"instances": students} | more)
    assert answer.get_json() == expected(client, students)


def test_a_charset_may_be_named(client, students):
    """The one that there is."""
    answer = client.post(
        "/invocations", json={"instances": students}, content_type="application/json; charset=utf-8"
    )
    assert answer.status_code == 200


def test_a_model_and_version_can_be_chosen(client, goldens_of):
    """Otherwise it is the default one."""
    rows = [golden["input"] for golden in goldens_of("penguins", "1")]
    answer = client.post("/invocations?model=penguins&version=1", json={"inputs": rows})
    assert answer.get_json() == {
        "predictions": [golden["prediction"] for golden in goldens_of("penguins", "1")]
    }


def test_a_ping_is_a_line_and_is_not_counted(counting, counted):
    """A container's health is asked every few seconds."""
    client = counting()
    answer = client.get("/ping")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "\n")
    assert not counted(client, "ml_requests_total")


def test_a_ping_fails_where_the_default_model_can_not_answer(artifacts, client_of):
    """It is healthy where the model was loaded, and else says what is wrong."""
    (artifacts / "math-score" / "1" / "model.onnx").write_bytes(b"other")
    answer = client_of(artifacts).get("/ping")
    assert (answer.status_code, answer.get_json()["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
    assert "math-score/1/model.onnx" in answer.get_json()["message"]


def test_the_version_is_that_of_the_protocol(client):
    """A text; a test against MLflow's own server holds it to be right."""
    answer = client.get("/version")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "3.17.2")


def test_a_call_is_counted_as_any_other(counting, counted, capsys, students):
    """The request by its route, the model, its rows, the bins, and a line in the log."""
    client = counting()
    client.post("/invocations", json={"inputs": students})
    assert counted(client, "ml_requests_total") == {("/invocations", "POST", "200"): 1}
    assert counted(client, "model_prediction_requests_total") == {("math-score", "1", "success"): 1}
    assert counted(client, "ml_predictions_total") == {("math-score", "1", ""): len(students)}
    bins = counted(client, "ml_feature_bin_total")
    assert sum(bins.values()) == len(students) * len(students[0])
    assert f'"outcome":"answered","status":200,"rows":{len(students)}' in capsys.readouterr().out


def test_a_monitors_known_rows_count_apart(counting, counted, students):
    """As they do elsewhere."""
    client = counting()
    client.post("/invocations", json={"inputs": students}, headers={"X-Tandem-Canary": "1"})
    assert counted(client, "ml_canary_requests_total") == {("/invocations", "200"): 1}
    assert not counted(client, "ml_predictions_total")
