"""Every parser against made-up input: an answer below 500 in the declared shape, and nothing repeated."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlapi.compat.inference.binary import HEADER
from tests.hostile.asked import CANARY, PATHS, assert_answered, encoded, row, tensors
from tests.hostile.wire import Reply

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
# Not plain, so that no part of it may come back.
MARKED = st.text(max_size=30).map(lambda text: f"{CANARY}{text}")
KEYS = st.sampled_from(
    [
        *(
            "instances",
            "inputs",
            "samples",
            "dataframe_split",
            "dataframe_records",
            "columns",
            "data",
            "index",
        ),
        *(
            "receipt",
            "actual",
            "name",
            "shape",
            "datatype",
            "parameters",
            "binary_data_size",
            "id",
            "outputs",
        ),
        *("gender", "reading_score", "time_spent", "island_encoded", "body_mass_g"),
    ]
)
NUMBERS = st.integers() | st.integers(2**62, 2**200) | st.floats() | st.sampled_from([0, -1, 10**299])
LEAVES = st.none() | st.booleans() | NUMBERS | MARKED
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | MARKED, inner, max_size=4),
    max_leaves=20,
)


def post(client, path, body, content_type="application/json", **headers):
    """Send a body, check what comes back, and return it."""
    answer = client.post(path, data=body, content_type=content_type, headers=headers)
    reply = Reply(answer.status_code, {name.lower(): value for name, value in answer.headers}, answer.data)
    # The inference protocol gives a request's id back.
    return assert_answered(path, reply) if b'"id"' not in body[:10_000] else reply


def as_bytes(value):
    """Return a value as lenient writers spell it."""
    return json.dumps(value).encode()


@pytest.mark.parametrize("path", PATHS)
def test_no_json_makes_it_fail(client, path):
    """Of any shape, with the words that the addresses know."""

    @FEW
    @given(VALUES)
    def try_all(value):
        post(client, path, as_bytes(value))

    try_all()


@pytest.mark.parametrize("path", PATHS)
def test_no_bytes_make_it_fail(client, path):
    """Nor text that is nearly JSON."""
    signs = st.text('[]{}:,"\\/ \n0123456789.eE+-truefalsnN\u00e9\ufeff\x00')

    @FEW
    @given(st.binary(max_size=300) | signs.map(str.encode))
    def try_all(body):
        post(client, path, body)

    try_all()


def spoiled(good):
    """Return a strategy for a good object with some of its entries changed, left out or added."""
    entry = st.tuples(st.sampled_from([*good]) | MARKED, VALUES)
    return st.builds(
        lambda left_out, changed: (
            {key: value for key, value in good.items() if key not in left_out} | changed
        ),
        st.sets(st.sampled_from([*good]), max_size=2),
        st.lists(entry, max_size=3).map(dict),
    )


def wrapped(cards):
    """Return path -> a strategy for bodies with the right wrapping."""
    student, penguin = spoiled(row(cards["math-score"])), spoiled(encoded(cards["penguins"]))
    given = [spoiled(tensor) for tensor in tensors(row(cards["penguins"]))]
    split = spoiled({"columns": list(row(cards["math-score"])), "data": [[1] * 7], "index": [0]})
    columns = spoiled({name: [value] * 2 for name, value in row(cards["math-score"]).items()})
    return {
        "/api/predict": student
        | st.lists(student, max_size=3)
        | st.fixed_dictionaries({"instances": VALUES}),
        "/api/feedback": spoiled({"receipt": CANARY, "actual": 5}),
        "/v1/predict": spoiled(row(cards["food-drive"])),
        "/predict": penguin,
        "/predict/batch": st.lists(penguin, max_size=3).map(lambda rows: {"samples": rows}),
        "/invocations": split.map(lambda said: {"dataframe_split": said})
        | columns.map(lambda said: {"inputs": said})
        | st.lists(student, max_size=3).map(lambda rows: {"dataframe_records": rows}),
        "/v2/models/penguins/infer": st.tuples(*given).map(lambda inputs: {"inputs": list(inputs)}),
    }


@pytest.mark.parametrize("path", PATHS)
def test_no_change_of_a_good_body_makes_it_fail(client, cards, path):
    """Entries of other kinds, entries too few and too many."""

    @FEW
    @given(wrapped(cards)[path])
    def try_all(value):
        post(client, path, as_bytes(value))

    try_all()


def test_no_bytes_behind_the_json_make_it_fail(client, cards):
    """Of any length, in tensors of any kind and shape."""
    inputs = tensors(row(cards["penguins"]))
    kinds = st.sampled_from(["BOOL", "BYTES", "FP16", "FP32", "FP64", "INT8", "INT64", "UINT64", "FP8"])

    @FEW
    @given(st.data(), st.binary(max_size=64), kinds, st.integers(-1, 9), st.integers(-3, 3))
    def try_all(data, raw, kind, rows, off):
        at = data.draw(st.integers(0, len(inputs) - 1))
        sizes = {"parameters": {"binary_data_size": len(raw) + off}}
        tensor = {"name": inputs[at]["name"], "datatype": kind, "shape": [rows]} | sizes
        head = as_bytes({"inputs": [*inputs[:at], tensor, *inputs[at + 1 :]]})
        post(client, "/v2/models/penguins/infer", head + raw, **{HEADER: str(len(head))})

    try_all()


@pytest.mark.parametrize("path", ["/api/predict", "/invocations"])
def test_no_table_makes_it_fail(client, cards, path):
    """Cells of any text, lines of any length, quotes anywhere."""
    names = list(row(cards["math-score"]))
    cells = st.sampled_from([*names, "50", "female", '"', ",", "\r\n", "\n", "\x00", CANARY]) | MARKED
    tables = st.lists(cells, max_size=30).map("".join) | st.lists(
        st.lists(cells, min_size=7, max_size=7).map(",".join), max_size=5
    ).map(lambda lines: "\n".join([",".join(names), *lines]))

    @FEW
    @given(tables, st.sampled_from(["text/csv", "text/csv; charset=latin-1", "text/csv; charset=utf-8"]))
    def try_all(table, content_type):
        post(client, path, table.encode("utf-8", "replace"), content_type, Accept="application/json")

    try_all()
