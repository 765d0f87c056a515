"""What a bad request costs the server: at most ten times a good one of its address and size.

It is the processor's time of this process, by the same application that the server runs.
"""

import json
from functools import cache, partial
from time import process_time

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mlapi.app import create_app
from mlapi.receipts import issue
from mlapi.settings import ARTIFACTS, Settings
from tests.hostile import costly
from tests.hostile.asked import encoded, row, tensors
from tests.hostile.costly import CSV, JSON, LARGE, SMALL, repeated

MOST = 10
SECRET = "a-secret-of-the-hostile-tests"  # noqa: S105 - of these tests alone
SIZES = (400, SMALL, LARGE)
ROWS = 9_900
"""Of a good body, which may have no more than 10,000."""
CARDS = {
    card["name"]: card
    for card in (json.loads(file.read_bytes()) for file in sorted(ARTIFACTS.glob("*/*/bundle.json")))
}
STUDENT, PENGUIN = CARDS["math-score"], CARDS["penguins"]
BAD = {
    ("/api/predict", JSON): costly.predictions(STUDENT),
    ("/api/predict", CSV): costly.tables(STUDENT),
    ("/predict", JSON): costly.predictions(PENGUIN),
    ("/predict/batch", JSON): costly.encoded_bodies(PENGUIN),
    ("/invocations", JSON): costly.frames(STUDENT),
    ("/v2/models/penguins/infer", JSON): costly.tensor_bodies(PENGUIN),
    ("/api/feedback", JSON): costly.feedbacks(STUDENT),
}


@cache
def app():
    """Return the API as it ships, with receipts; it counts nothing, since that takes other threads."""
    return create_app(Settings(receipt_secret=(SECRET,)))


def seconds(method, path, body, times=3, **others):
    """Return what a call costs, at least one of some, and its status."""
    found = []
    for _ in range(times):
        built = EnvironBuilder(path, method=method, data=body, **others)
        environ = built.get_environ()
        began = process_time()
        answer, status, _ = run_wsgi_app(app(), environ)
        b"".join(answer)
        found.append(process_time() - began)
    return min(found), int(status[:3])


def good_body(path, kind, size):
    """Return about as many bytes of good rows, as far as one call takes as many."""
    given = {"/predict": encoded(PENGUIN), "/predict/batch": encoded(PENGUIN)}.get(path, row(STUDENT))
    text = json.dumps(given)
    rows = repeated(text, min(size, ROWS * (len(text) + 1)))
    if kind == CSV:
        line = ",".join(map(str, given.values()))
        return f"{','.join(given)}\n{repeated(line, min(size, ROWS * (len(line) + 1)), chr(10))}".encode()
    if path.startswith("/v2"):
        inputs, count = tensors(row(PENGUIN)), max(1, min(ROWS, size // 60))
        return json.dumps(
            {"inputs": [{**each, "shape": [count], "data": each["data"] * count} for each in inputs]}
        ).encode()
    if path == "/api/feedback":
        token = issue((SECRET,), model="math-score", version="1", prediction=66.0, now=1)
        return f"[{repeated(json.dumps({'receipt': token, 'actual': 66}), min(size, 100_000))}]".encode()
    if path == "/predict":
        if size < 600:
            return text.encode()
        listed = json.dumps(row(CARDS["house-price"]))
        return f"[{repeated(listed, min(size, ROWS * (len(listed) + 1)))}]".encode()
    wrapped = {
        "/predict/batch": f'{{"samples":[{rows}]}}',
        "/invocations": f'{{"dataframe_records":[{rows}]}}',
    }
    return wrapped.get(path, text if size < 2 * len(text) else f"[{rows}]").encode()


@cache
def good(path, kind, size):
    """Return what a good request costs; feedback is good but for its age, and nobody counts it here."""
    found, status = seconds("POST", path, good_body(path, kind, size), content_type=kind)
    assert status == (410 if path == "/api/feedback" else 200)
    return found


def ratio(path, kind, size, bad):
    """Return how many good requests cost what a bad one does; both are measured anew where it matters."""
    spent, status = bad(times=1)
    assert status < 500
    if spent > MOST * good(path, kind, size) / 2:
        good.cache_clear()
        spent = min(spent, bad(times=3)[0])
    return spent / good(path, kind, size)


@pytest.mark.parametrize(
    ("address", "name"), [(address, name) for address, made in BAD.items() for name in made], ids=str
)
def test_a_bad_body_costs_at_most_ten_times_a_good_one(address, name):
    """From a few hundred bytes to as many as there may be."""
    path, kind = address
    for size in SIZES:
        body = BAD[address][name](size)
        bad = partial(seconds, "POST", path, body, content_type=kind)
        found = ratio(path, kind, max(400, len(body)), bad)
        assert found < MOST, f"{found:.1f} times at {len(body)} bytes"


HEADERS = {
    "many media types": {"Accept": "a/b;q=0.5," * 6_000},
    "parameters of media types": {"Accept": "a/b" + ";a=b" * 15_000},
    "semicolons": {"Accept": ";" * 60_000},
    "commas": {"Accept": "," * 60_000},
    "quotes": {"Accept": '"' * 60_000},
    "backslashes": {"Accept": '"' + "\\" * 60_000},
    "weights": {"Accept": "a/b;q=" + "0" * 60_000},
    "parameters of a content type": {"Content-Type": "application/json" + ";a=b" * 15_000},
    "quotes in a content type": {"Content-Type": "application/json" + ';a="\\"' * 10_000},
    "continued parameters": {"Content-Type": "application/json" + "".join(f";a*{n}=b" for n in range(7_000))},
    "a long name of a host": {"Host": "a" * 60_000},
    "a name of a host with many parts": {"Host": "a." * 30_000 + "a"},
    "addresses": {"X-Forwarded-For": "1.2.3.4," * 7_500},
    "colons": {"X-Forwarded-For": ":" * 60_000},
    "a long key": {"Authorization": "Bearer " + "a" * 60_000},
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_bad_header_costs_at_most_ten_times_a_good_body_of_its_size(name):
    """With a good row behind it."""
    others = dict(HEADERS[name])
    kind = others.pop("Content-Type", JSON)
    size = sum(map(len, HEADERS[name].values()))
    body = json.dumps(row(STUDENT)).encode()
    spent, status = seconds("POST", "/api/predict", body, content_type=kind, headers=others)
    assert status < 500
    assert spent < MOST * good("/api/predict", JSON, size), (
        f"{spent / good('/api/predict', JSON, size):.1f} times"
    )


QUERIES = {
    "pairs": "&".join(["a=b"] * 15_000),
    "signs": "&" * 60_000,
    "escapes": "a=" + "%25" * 20_000,
    "half escapes": "a=" + "%" * 60_000,
    "a long name": "model=" + "a" * 60_000,
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_bad_query_costs_at_most_ten_times_a_good_body_of_its_size(name):
    """With a good row behind it."""
    body = json.dumps(row(STUDENT)).encode()
    path = f"/api/predict?{QUERIES[name]}"
    spent, status = seconds("POST", path, body, content_type=JSON)
    assert status in (200, 404)
    assert spent < MOST * good("/api/predict", JSON, len(path))


@pytest.mark.parametrize(
    "path", ["/x" + "/" * 60_000, "/v2/models/" + "a/" * 30_000, "/api/" + "%41" * 20_000, "/" + "a" * 60_000]
)
def test_a_bad_path_costs_at_most_ten_times_a_good_body_of_its_size(path):
    """There is nothing at it."""
    spent, status = seconds("GET", path, b"")
    assert status == 404
    assert spent < MOST * good("/api/predict", JSON, len(path))
