"""Requests that are made to cost the server more than they cost their sender."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.hostile.asked import Card, encoded, row, tensors

LARGE = 3_900_000
"""Bytes; a little less than a body may have."""
SMALL = 16_000
JSON, CSV = "application/json", "text/csv"
Make = Callable[[int], bytes]
"""From about how many bytes to a body."""


def repeated(part: str, size: int, between: str = ",") -> str:
    """Return a part as often as it fits."""
    return between.join([part] * max(1, size // (len(part) + len(between))))


def listed(part: str) -> Make:
    """Return how to make a list of a part."""
    return lambda size: f"[{repeated(part, size)}]".encode()


def keys(name: str) -> Make:
    """Return how to make an object with many keys; %d in the name tells them apart."""

    def make(size: int) -> bytes:
        count = size // (len(name) + 8)
        return (
            "{" + ",".join(f'"{name % at if "%d" in name else name}":1' for at in range(count)) + "}"
        ).encode()

    return make


def inside(good: Mapping[str, Any], field: str, value: Make) -> Make:
    """Return how to make a good row with a costly value."""

    def make(size: int) -> bytes:
        rest = json.dumps({key: value for key, value in good.items() if key != field})
        return rest[:-1].encode() + f', "{field}": '.encode() + value(size) + b"}"

    return make


def predictions(card: Card) -> dict[str, Make]:
    """Return costly JSON for /api/predict."""
    good = row(card)
    bad = json.dumps(good | dict.fromkeys(good, "x"))
    text = json.dumps(good)
    wide = json.dumps(dict.fromkeys(map(str, range(60)), 1))
    cut = 10_000  # Rows, of which a body may hold no more.
    return {
        "rows of nothing": lambda size: listed("{}")(min(size, 3 * cut)),
        "rows that are numbers": lambda size: listed("1")(min(size, 2 * cut)),
        "too many rows": listed("{}"),
        "rows with a fault in each value": listed(bad),
        "rows with sixty foreign keys": listed(wide),
        "rows with NaN": listed(text.replace("72", "NaN").replace("74", "Infinity")),
        "rows with a key twice": listed(text[:-1] + ', "gender": "male"}'),
        "rows with numbers of 299 digits": listed(text.replace("72", "9" * 299)),
        "rows with numbers of 1,000 digits": listed(text.replace("72", "9" * 1_000)),
        "rows with half a character": listed(text.replace("female", "\\ud83d\\ude00")),
        "a last row with a fault": lambda size: listed(text)(size)[:-1] + b", {}]",
        "a row with many keys": keys("%d"),
        "a row with one key many times": keys("gender"),
        "a row with long keys": keys("a" * 300 + "%d"),
        "a row with a key twice among many": lambda size: keys("%d")(size)[:-1] + b',"0":1}',
        "a row with a long text": inside(good, "gender", lambda size: b'"' + b"a" * size + b'"'),
        "a row with a long escaped text": inside(
            good, "gender", lambda size: b'"' + b"\\u00e9" * (size // 6) + b'"'
        ),
        "a row with a long number": inside(good, "reading_score", lambda size: b"9" * size),
        "a row with a long fraction": inside(good, "reading_score", lambda size: b"0." + b"9" * size),
        "a row with a long list": inside(good, "gender", listed("1")),
        "a row with a long list of floats": inside(good, "gender", listed("1.5e-7")),
        "a row with a list of lists": inside(good, "gender", listed("[[]]")),
        "a row with a long object": inside(good, "gender", keys("%d")),
        "a row without a feature, with a long list": lambda size: b'{"a":' + listed("1")(size) + b"}",
        "a row with many long lists": lambda size: (
            b"{" + b",".join(b'"%d":' % at + listed("1")(size // 900) for at in range(900)) + b"}"
        ),
        "blanks": lambda size: b" " * size,
        "lists without an end": lambda size: b"[" * size,
        "quotes": lambda size: b'"' * size,
        "an open text of backslashes": lambda size: b'"' + b"\\" * size,
        "a text": lambda size: b'"' + b"a" * size + b'"',
    }


def tables(card: Card) -> dict[str, Make]:
    """Return costly tables."""
    good = row(card)
    head = ",".join(good)
    line = ",".join(map(str, good.values()))
    return {
        "commas": lambda size: b"," * size,
        "quotes": lambda size: b'"' * size,
        "line ends": lambda size: b"\n" * size,
        "names": lambda size: (repeated("a", size) + "\n" + repeated("1", size // 2)).encode(),
        "a long name": lambda size: b"a" * size,
        "a row of commas": lambda size: head.encode() + b"\n" + b"," * size,
        "rows of too few cells": lambda size: f"{head}\n{repeated('1', min(size, 20_000), chr(10))}".encode(),
        "rows of too many cells": lambda size: f"{head}\n{repeated(line + ',1', size, chr(10))}".encode(),
        "rows with a fault in each cell": lambda size: (
            f"{head}\n{repeated(',x' * 6 + 'x', size, chr(10))}".encode()
        ),
        "rows with long numbers": lambda size: (
            f"{head}\n{repeated(line.replace('72', '9' * 290), size, chr(10))}".encode()
        ),
        "a long cell": lambda size: f"{head}\n{line.replace('female', 'a' * size)}".encode(),
        "a cell of quotes": lambda size: f'{head}\n"{chr(34) * (size // 2 * 2)}"'.encode(),
        "a number that is nearly one": lambda size: (
            f"{head}\n{line.replace('72', '1' * size + 'x')}".encode()
        ),
    }


def tensor_bodies(card: Card) -> dict[str, Make]:
    """Return costly inference requests."""
    inputs = tensors(row(card))

    def make(value: str, rows: int | None = None, **changed: Any) -> Make:
        def body(size: int) -> bytes:
            count = min(10_000, size // (len(inputs) * (len(value) + 2)))
            data = "[" + ",".join([value] * count) + "]"
            given = [{**each, "shape": [rows or count], "data": "@", **changed} for each in inputs]
            return json.dumps({"inputs": given}).replace('"@"', data).encode()

        return body

    return {
        "values of another datatype": make("[]"),
        "values of null": make("null"),
        "values of NaN": make("NaN"),
        "values with a wrong shape": make("1.5", 7),
        "values each in a list": make("[1.5]"),
        "a name many times": lambda size: json.dumps({"inputs": [inputs[0]] * 26}).encode(),
        "many tensors": lambda size: b'{"inputs":' + listed("{}")(size) + b"}",
        "many outputs": lambda size: b'{"inputs":[],"outputs":' + listed("{}")(size) + b"}",
        "many ids": keys("id"),
    }


def frames(card: Card) -> dict[str, Make]:
    """Return costly invocations."""
    good = row(card)
    columns, wrong = json.dumps(list(good)), json.dumps([[]] * len(good))
    return {
        "rows of no width": lambda size: (
            b'{"dataframe_split":{"data":' + listed("[]")(min(size, 30_000)) + b"}}"
        ),
        "rows that are no lists": lambda size: (
            b'{"dataframe_split":{"data":' + listed("1")(min(size, 20_000)) + b"}}"
        ),
        "rows of wrong values": lambda size: (
            f'{{"dataframe_split":{{"columns":{columns},"data":[{repeated(wrong, min(size, 230_000))}]}}}}'
        ).encode(),
        "many names": lambda size: b'{"dataframe_split":{"columns":' + listed('"a"')(size) + b',"data":[]}}',
        "many columns": lambda size: b'{"inputs":' + keys("%d")(size)[:-1] + b',"gender":[]}}',
        "many forms": keys("instances"),
        "columns of wrong values": lambda size: json.dumps(
            {"inputs": {name: [[]] * min(10_000, size // 40) for name in good}}
        ).encode(),
    }


def feedbacks(_: Card) -> dict[str, Make]:
    """Return costly feedback."""
    token = "1." + "A" * 4_990
    return {
        "long receipts": listed(json.dumps({"receipt": token, "actual": 1})),
        "a receipt that is too long": lambda size: json.dumps(
            {"receipt": "1." + "A" * size, "actual": 1}
        ).encode(),
        "receipts that are none": lambda size: listed('{"receipt":1}')(min(size, 14_000)),
        "many keys": keys("%d"),
    }


def encoded_bodies(card: Card) -> dict[str, Make]:
    """Return costly requests to the older classifier."""
    bad = json.dumps({name: [] for name in encoded(card)})
    return {
        "samples of wrong values": lambda size: b'{"samples":' + listed(bad)(min(size, 1_400_000)) + b"}",
        "samples of nothing": lambda size: b'{"samples":' + listed("{}")(min(size, 30_000)) + b"}",
        "many keys": keys("%d"),
    }
