"""How deep JSON may be: told before it is read, since to read it would end the process of some Pythons."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlapi import depth, strict_json
from monitor import depth as monitors
from monitor import strict_json as monitors_json

DEEPEST = depth.DEEPEST
SHAPES = {
    "lists": lambda levels: b"[" * levels + b"]" * levels,
    "lists without an end": lambda levels: b"[" * levels,
    "objects": lambda levels: b'{"a":' * levels + b"1" + b"}" * levels,
    "both": lambda levels: b'[{"a":' * (levels // 2) + b"[" * (levels % 2),
    "behind texts": lambda levels: b'["]]]]\\"]]]]",' * levels,
    "behind others": lambda levels: b"[" + b"[]," * 1_000 + b"[" * (levels - 1),
}
TELLS = pytest.mark.parametrize("is_deep", [depth.is_deep, monitors.is_deep], ids=["api", "monitor"])


@TELLS
@pytest.mark.parametrize("shape", SHAPES)
def test_one_level_too_many_is_seen(is_deep, shape):
    """Whether the text ends or not."""
    assert not is_deep(SHAPES[shape](DEEPEST))
    assert is_deep(SHAPES[shape](DEEPEST + 1))
    assert is_deep(SHAPES[shape](100_000))


@TELLS
@pytest.mark.parametrize(
    "text",
    ["[" * 500, '"' + "[" * 500, "\\[" * 500, "{" * 500 + "\\", "[\n" * 500, "\u00e9[" * 500],
    ids=["brackets", "a quote", "backslashes", "an escape", "line ends", "others"],
)
def test_brackets_within_texts_are_no_levels(is_deep, text):
    """A category may be called so."""
    body = json.dumps([{"a": text, text: [text] * 3}]).encode()
    assert not is_deep(body)
    assert strict_json.decode(body)[0] == [{"a": text, text: [text] * 3}]


@TELLS
@given(st.text('[]{}",:\\a\n', max_size=2_000))
def test_no_text_is_told_shallow_that_is_deep(is_deep, text):
    """Whatever python's own reader takes is no deeper than what was told."""
    try:
        value = json.loads(text)
    except ValueError:
        is_deep(text.encode())
        return
    levels = 0
    layer = [value]
    while layer := [each for each in layer if isinstance(each, list | dict)]:
        levels += 1
        layer = [inner for each in layer for inner in (each.values() if isinstance(each, dict) else each)]
    assert is_deep(text.encode()) == (levels > DEEPEST)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("levels", [DEEPEST - 1, DEEPEST, DEEPEST + 1, 900, 1_000, 9_900, 200_000])
def test_what_is_deep_is_refused_and_what_is_not_is_read(shape, levels):
    """By both readers; with half a character it is written again, which takes more of the stack."""
    body = SHAPES[shape](levels)
    for text in (body, body.replace(b"[]", b'["\\ud83d\\ude00"]'), body.replace(b"1", b'"\\ud83d\\ude00"')):
        deep = []
        for read, error in (
            (strict_json.decode, strict_json.NotJson),
            (monitors_json.loads, monitors_json.NotJson),
        ):
            try:
                read(text)
            except error as refused:
                deep.append("nested too deeply" in str(refused))
        assert levels <= DEEPEST or deep == [True, True]
        assert levels > DEEPEST or True not in deep


def test_looking_takes_little_memory():
    """Of a body as large as one may be, nothing is made that is much larger."""
    body = b'{"a":[' + b'"\\u00e9]",' * 400_000
    tracemalloc.start()
    depth.is_deep(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * len(body)
