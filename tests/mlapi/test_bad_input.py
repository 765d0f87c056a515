"""Whatever is wrong with a request gets its status and all its faults, and no value comes back."""

import json

import pytest

CANARY = "s3cr3t-value"


def post(client, data, content_type="application/json", query=""):
    """Send a body as it is."""
    return client.post(f"/api/predict{query}", data=data, content_type=content_type)


def assert_problem(answer, status, kind):
    """RFC 9457, and nothing of the caller's."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    said = answer.get_json()
    assert said["type"] == f"urn:tandem:problem:{kind}"
    assert said["status"] == status
    assert said["instance"].startswith("urn:uuid:")
    assert CANARY not in answer.text
    return said


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (CANARY.encode(), 400, "not-json"),
        (b"", 400, "not-json"),
        (b"[" * 100_000, 400, "not-json"),
        (b'"\\ud800"', 400, "not-json"),
        (b"\xff", 400, "not-json"),
        (b"5", 422, "invalid-input"),
        (b"null", 422, "invalid-input"),
        (b"[]", 422, "invalid-input"),
        (b"{}", 422, "invalid-input"),
        (b'{"instances": []}', 422, "invalid-input"),
        (b'{"instances": 5}', 422, "invalid-input"),
        (b'{"instances": [], "instances": [{}]}', 422, "invalid-input"),
        (json.dumps([{}] * 10_001).encode(), 413, "too-many-rows"),
        (b" " * 5_000_000, 413, "too-large"),
    ],
)
def test_a_body_that_is_no_rows_is_refused(client, body, status, kind):
    """Each in its own way."""
    assert_problem(post(client, body), status, kind)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
    ],
)
def test_another_content_type_is_refused_and_told_what_is_taken(client, student, content_type):
    """415, with Accept-Post."""
    answer = post(client, json.dumps(student), content_type)
    assert_problem(answer, 415, "unsupported-media-type")
    assert answer.headers["Accept-Post"] == "application/json, text/csv"


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"reading_score": CANARY}, "must be a number"),
        ({"reading_score": 101}, "must be at most 100 points"),
        ({"reading_score": -1}, "must be at least 0 points"),
        ({"reading_score": None}, "must be a number"),
        ({"reading_score": float("nan")}, "must be a finite number"),
        ({"reading_score": [CANARY]}, "must be a number"),
    ],
)
def test_a_bad_value_is_named_by_its_pointer(client, student, change, detail):
    """In a single row and, with its position, in a batch."""
    (key,) = change
    said = assert_problem(post(client, json.dumps(student | change)), 422, "invalid-input")
    wanted = detail.replace("a number", "a whole number") if detail == "must be a number" else detail
    assert said["errors"] in ([{"pointer": f"/{key}", "detail": d}] for d in (detail, wanted))
    batch = assert_problem(post(client, json.dumps([student, student | change])), 422, "invalid-input")
    assert [fault["pointer"] for fault in batch["errors"]] == [f"/1/{key}"]


def test_every_fault_is_named_at_once(client, student):
    """Unknown category, unknown field, missing field, overflow, repeated key, wrong type."""
    text = json.dumps(student | {"gender": CANARY, "lunch": 7, "extra": CANARY})
    text = text.replace('"reading_score": 72', '"reading_score": 1e400')
    text = text.replace('"writing_score": 74', '"race_ethnicity": "group C"')
    said = assert_problem(post(client, text), 422, "invalid-input")
    faults = {fault["pointer"]: fault["detail"] for fault in said["errors"]}
    assert faults == {
        "/gender": "must be one of: female, male",
        "/lunch": "must be one of: standard, free/reduced",
        "/extra": "is not a feature of this model",
        "/reading_score": "must be a finite number",
        "/race_ethnicity": "stands more than once",
        "/writing_score": "is required",
    }
    assert said["detail"] == "The input has 6 faults; nothing was predicted."


def test_a_list_of_hopeless_rows_is_answered_within_the_platforms_limit(client):
    """All faults are counted, the first thousand listed."""
    answer = post(client, json.dumps([{"extra": CANARY}] * 10_000))
    said = assert_problem(answer, 422, "invalid-input")
    assert (len(said["errors"]), said["errors_total"]) == (1000, 80_000)
    assert len(answer.data) < 1_000_000


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("gender\nfemale\n", "line 1: the column lunch is missing"),
        (f"{CANARY}\n1\n", "line 1: has a column that is not a feature"),
        ("a,b\n1\n", "line 2: has 1 cells, the header has 2"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(client, body, detail):
    """With the line."""
    said = assert_problem(post(client, body, "text/csv"), 422, "invalid-input")
    assert any(fault["detail"].startswith(detail) for fault in said["errors"])


def test_a_bad_cell_is_named_by_its_line(client, student):
    """As an editor counts."""
    good = ",".join(map(str, student.values()))
    body = f"{','.join(student)}\n{good}\n{good.replace('72', CANARY)}\n"
    said = assert_problem(post(client, body, "text/csv"), 422, "invalid-input")
    assert [fault["pointer"] for fault in said["errors"]] == ["/1/reading_score"]
    assert said["errors"][0]["detail"].startswith("line 3: must be a")


@pytest.mark.parametrize("body", ["", '"', "\n\n", '"a"b,c\n'])
def test_what_cannot_be_read_as_a_table_is_refused(client, body):
    """Empty, an open quote, text after a quote."""
    assert_problem(post(client, body, "text/csv"), 400, "not-csv")


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        (f"?model={CANARY}", 404, "unknown-model"),
        ("?model=../math-score", 404, "unknown-model"),
        (f"?version={CANARY}", 404, "unknown-model"),
        ("?model=penguins&version=999", 404, "unknown-model"),
        (f"?explain={CANARY}", 400, "invalid-query"),
    ],
)
def test_a_query_that_names_nothing_is_refused(client, student, query, status, kind):
    """Unknown models, versions and switches."""
    assert_problem(post(client, json.dumps(student), query=query), status, kind)


def test_too_many_rows_to_explain_are_refused(client, student):
    """A thousand is the limit."""
    answer = post(client, json.dumps([student] * 1001), query="?explain=true")
    assert_problem(answer, 413, "too-many-rows")


def test_an_unknown_address_and_a_wrong_method_are_problems_too(client):
    """405 names what is allowed."""
    assert_problem(client.get(f"/{CANARY}"), 404, "not-found")
    wrong = client.get("/api/predict")
    assert_problem(wrong, 405, "method-not-allowed")
    assert "POST" in wrong.headers["Allow"]
