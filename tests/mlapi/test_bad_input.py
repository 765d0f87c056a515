"""Whatever is wrong with a request gets its status and all its faults, and no value comes back."""

import json
import re
from pathlib import Path
from time import perf_counter

import pytest

CANARY = "s3cr3t-value"
ROOT = Path(__file__).resolve().parents[2]


def post(client, data, content_type="application/json", query=""):
    """Send a body as it is."""
    return client.post(f"/api/predict{query}", data=data, content_type=content_type)


def assert_problem(answer, status, kind):
    """RFC 9457, and nothing of the caller's."""
    assert answer.status_code == status, answer.text[:500]
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
        (b"[" * 300 + b"]" * 300, 400, "not-json"),
        (b'{"gender": ' + b"[" * 500 + b"]" * 500 + b"}", 400, "not-json"),
        (b'"\\ud800"', 400, "not-json"),
        (b"\xff", 400, "not-json"),
        (b"5", 422, "invalid-input"),
        (b"null", 422, "invalid-input"),
        (b"[]", 422, "invalid-input"),
        (b"{}", 422, "invalid-input"),
        (b'{"instances": []}', 422, "invalid-input"),
        (b'{"instances": 5}', 422, "invalid-input"),
        (b'{"instances": [{}], "more": 1}', 422, "invalid-input"),
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
    """All faults are counted, the first hundred listed."""
    answer = post(client, json.dumps([{"extra": CANARY}] * 10_000))
    said = assert_problem(answer, 422, "invalid-input")
    assert (len(said["errors"]), said["errors_total"]) == (100, 80_000)
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


def test_instances_of_another_shape_are_told_what_they_should_be(client):
    """Not taken for a row."""
    said = assert_problem(post(client, b'{"instances": {}, "x": 1}'), 422, "invalid-input")
    assert said["errors"] == [
        {"pointer": "", "detail": "must hold nothing beside instances"},
        {"pointer": "/instances", "detail": "must be a list of rows"},
    ]


def test_a_key_beside_instances_is_not_repeated_unless_it_is_short_and_plain(client):
    """As with the keys of a row."""
    long = (CANARY * 20).encode()
    body = b'{"instances": [{}], "%b": 1, "%b": 2}' % (long, long)
    said = assert_problem(post(client, body), 422, "invalid-input")
    assert {"pointer": "", "detail": "has a key that stands more than once"} in said["errors"]


@pytest.mark.parametrize("path", ["/api//predict", "//", "/api/predict/x"])
def test_an_address_is_right_or_not_there(client, path):
    """A redirect would repeat the query."""
    assert_problem(client.post(f"{path}?model={CANARY}", json={}), 404, "not-found")


def test_an_unreadable_request_is_a_problem_in_our_words(client):
    """A host that can't be one."""
    answer = client.get("/livez", headers={"Host": CANARY * 500})
    if answer.status_code != 200:
        assert_problem(answer, 400, "bad-request")


def test_a_table_of_too_many_lines_is_refused_before_they_are_looked_at(client):
    """413, as for a list."""
    body = b"gender\n" + b"x\n" * 1_000_000
    assert_problem(post(client, body, "text/csv"), 413, "too-many-rows")


def test_an_answer_that_the_platform_would_not_send_is_refused(kinds, client_of):
    """With what to do about it: the table of the same answers is shorter."""
    client = client_of(kinds, default_model="many")
    names = [feature["name"] for feature in client.get("/api/model-info").get_json()["bundle"]["features"]]
    line = ",".join(["-1e9"] * len(names))
    body = "\n".join([",".join(names), *[line] * 4_000]).encode()
    refused = assert_problem(post(client, body, "text/csv"), 413, "answer-too-large")
    assert "text/csv" in refused["detail"]
    headers = {"Accept": "text/csv"}
    table = client.post("/api/predict", data=body, content_type="text/csv", headers=headers)
    assert table.status_code == 200
    assert len(table.text.splitlines()) == 4_001


@pytest.mark.parametrize("keys", [1_000, 100_000])
def test_repeated_keys_cost_no_more_than_others(client, keys):
    """Time grows with the body, not with its square: against the same body without the repeat."""
    plain = json.dumps(dict.fromkeys(map(str, range(keys)), 1)).encode()
    repeated = plain[:-1] + b', "0": 1}'

    def seconds(body):
        started = perf_counter()
        assert_problem(post(client, body), 422, "invalid-input")
        return perf_counter() - started

    assert min(seconds(repeated) for _ in range(3)) < 20 * min(seconds(plain) for _ in range(3))


def test_every_kind_of_problem_stands_in_the_documentation():
    """And the documentation has no other."""
    code = "".join(file.read_text() for file in (ROOT / "ml-api" / "mlapi").rglob("*.py"))
    kinds = set(re.findall(r'Refusal\(\s*\d+, "([a-z-]+)"', code))
    kinds |= set(re.findall(r'\("([a-z]+-[a-z-]+)", (?:f?"[A-Z])', code))
    table = (ROOT / "docs" / "api.md").read_text().split("## Problems")[1].split("## ")[0]
    assert kinds == set(re.findall(r"`([a-z-]+)`", " ".join(re.findall(r"^\| \d+ \|([^|]*)\|", table, re.M))))
