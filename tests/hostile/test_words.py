"""Headers, queries, receipts and settings against made-up texts: never a failure, and nothing repeated."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlapi.settings import SettingsError, from_env, variables
from tests.hostile.asked import CANARY, row
from tests.hostile.test_parsers import FEW, MARKED, VALUES, as_bytes


def header_text():
    """Return a strategy for the values of a header, such as servers let pass."""
    words = [
        "application/json",
        "text/csv",
        "text/plain",
        "*/*",
        ";",
        ",",
        "q=",
        "0.5",
        "1e9",
        '"',
        "\\",
        "=",
        "*",
    ]
    sign = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f")
    return st.lists(st.sampled_from(words) | st.text(sign, max_size=5), max_size=12).map("".join)


@pytest.mark.parametrize(
    "name", ["Accept", "Content-Type", "X-Forwarded-For", "Forwarded", "Authorization", "Host"]
)
def test_no_header_makes_it_fail(client, cards, name):
    """Of those that somebody reads."""
    body = as_bytes(row(cards["math-score"]))

    @FEW
    @given(header_text())
    def try_all(value):
        kind = value if name == "Content-Type" else "application/json"
        others = {} if name == "Content-Type" else {name: value}
        for path in ("/api/predict", "/invocations"):
            answer = client.post(path, data=body, content_type=kind, headers=others)
            assert answer.status_code in (200, 400, 415, 422)
        assert client.get("/api/metrics", headers={name: value}).status_code in (200, 400)

    try_all()


def test_no_query_makes_it_fail(client, cards):
    """Names that are known, and values that are not."""
    names = st.sampled_from(["model", "version", "explain", "receipts"]) | MARKED
    values = st.sampled_from(["true", "1", "math-score", "penguins", "../x", ""]) | MARKED
    body = as_bytes(row(cards["math-score"]))

    @FEW
    @given(st.lists(st.tuples(names, values), max_size=4))
    def try_all(query):
        answer = client.post("/api/predict", query_string=query, data=body, content_type="application/json")
        assert answer.status_code in (200, 400, 404, 422)
        assert CANARY not in answer.text

    try_all()


SIGNED = st.builds(lambda head, rest: head + rest, st.sampled_from(["1.", "2.", ""]), st.text(max_size=80))


def test_no_receipt_makes_it_fail(client):
    """Nor is one taken that nobody signed."""

    @FEW
    @given(
        st.lists(
            st.fixed_dictionaries({"receipt": SIGNED | VALUES, "actual": VALUES}), min_size=1, max_size=3
        )
    )
    def try_all(labels):
        answer = client.post("/api/feedback", json=labels)
        assert answer.status_code in (400, 422)
        assert CANARY not in answer.text

    try_all()


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(name for name, _ in variables())),
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
        | st.sampled_from(["0", "1", "600/minute", f"a:{'0' * 64}", "a:b,c:d", "::1"]),
        max_size=4,
    )
)
def test_no_setting_makes_it_fail_without_its_name(env):
    """Settings, or an error that names the variable and not its value."""
    try:
        from_env(env)
    except SettingsError as refused:
        said = str(refused)
    else:
        return
    assert any(name in said for name in env)
    assert not [value for value in env.values() if len(value) > 20 and value in said]
