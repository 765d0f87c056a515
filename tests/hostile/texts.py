"""What a stranger sends for JSON: whole bodies, and single values as JSON text."""

import gzip
import json

from tests.hostile.asked import CANARY

DEEP = 100_000
_LONG = "9" * 5_000

VALUES = {
    "beyond float64": "1e400",
    "beyond float64, negative": "-1e400",
    "5,000 digits": _LONG,
    "5,000 digits behind the point": f"0.{_LONG}",
    "an exponent of 5,000 digits": f"1e{_LONG}",
    "a tiny number": "1e-99999",
    "the smallest float": "5e-324",
    "the largest float": "1.7976931348623157e308",
    "299 digits": "9" * 299,
    "over 64 bits": str(2**64),
    "under 63 bits": str(-(2**63) - 1),
    "no exact float": "9007199254740993",
    "minus zero": "-0.0",
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "a truth": "true",
    "null": "null",
    "a number as text": '"72"',
    "an empty text": '""',
    "a canary": json.dumps(CANARY),
    "NUL": f'"\\u0000{CANARY}"',
    "half a character": '"\\ud83d"',
    "halves the wrong way round": '"\\ude00\\ud83d"',
    "half a character as bytes": '"\ud800"',
    "right to left": f'"\u202e{CANARY}"',
    "line separators": f'"\u2028\u2029\u0085{CANARY}"',
    "a BOM within": f'"\ufeff{CANARY}"',
    "combining marks": json.dumps("e" + "\u0301" * 5_000),
    "an unassigned plane": '"\U0010ffff"',
    "a long text": json.dumps(CANARY * 20_000),
    "markup": json.dumps(f"<script>alert('{CANARY}')</script>"),
    "a formula": json.dumps(f"=HYPERLINK({CANARY})"),
    "a line of a log": json.dumps(f'x\n{{"outcome":"answered","{CANARY}":1}}\x1b[2J\r'),
    "a template": json.dumps("{{ 7 * 7 }}${7*7}%(x)s{0.__class__}"),
    "a list in a list": "[[[[1]]]]",
    "an object": json.dumps({CANARY: CANARY}),
    "250 levels": "[" * 250 + "]" * 250,
    "300 levels": "[" * 300 + "]" * 300,
    "3,000 levels": '{"a":' * 3_000 + "1" + "}" * 3_000,
    "a long list": json.dumps([1] * 50_000),
}
"""Name -> JSON text, or what passes for it with lenient readers."""

BODIES = {
    "nothing": b"",
    "blanks": b" \t\r\n" * 1_000,
    "a BOM alone": b"\xef\xbb\xbf",
    "UTF-16": json.dumps([CANARY]).encode("utf-16"),
    "UTF-32": json.dumps([CANARY]).encode("utf-32"),
    "not UTF-8": b'{"a": "\xff"}',
    "NUL spelled too long": b'{"a": "\xc0\x80"}',
    "half a character as bytes": b'{"a": "\xed\xa0\x80"}',
    "NUL bytes": b"\x00" * 1_000,
    "gzip": gzip.compress(b"{}"),
    "lists without an end": b"[" * DEEP,
    "lists in lists": b"[" * DEEP + b"]" * DEEP,
    "objects without an end": b'{"a":' * DEEP,
    "an open text": b'"' + b"a" * DEEP,
    "backslashes": b'"' + b"\\" * DEEP,
    "a number without an end": b"1" * DEEP,
    "minus signs": b"-" * DEEP,
    "leading zeros": b"[007]",
    "a comment": b'{"a": 1 /* b */}',
    "single quotes": b"{'a': 1}",
    "a comma too many": b"[{},]",
    "two values": b"{}{}",
    "a control character": b'{"a": "\x1f"}',
    "null": b"null",
    "a truth": b"true",
    "a number": b"5",
    "a text": json.dumps(CANARY).encode(),
    "a text of rows": json.dumps(json.dumps([{CANARY: 1}])).encode(),
    "a text of a text": json.dumps(json.dumps(json.dumps([]))).encode(),
    "no rows": b"[]",
    "rows of nothing": b"[[],{},null,1]",
    "an empty key": b'{"": 1}',
    "a key that is a path": b'{"../../etc/passwd": 1, "a/b~c": 2}',
    "a key of another language": json.dumps({"__proto__": {"a": 1}, "constructor": 1}).encode(),
    "a key with NUL": b'{"a\\u0000b": 1}',
    "a long key": json.dumps({CANARY * 20_000: 1}).encode(),
    "a key twice": json.dumps({CANARY: 1}).encode()[:-1]
    + json.dumps({CANARY: 2}).encode().replace(b"{", b","),
    "2,000 keys": json.dumps({f"{CANARY}{at}": at for at in range(2_000)}).encode(),
    "wrapped rows twice": b'{"instances": [{}], "instances": [{}]}',
    "every wrapping at once": b'{"instances": [], "inputs": [], "samples": [], "dataframe_split": {}}',
    "wrappings that hold nothing": b'{"instances": null}',
    "samples that are none": b'{"samples": {"0": {}}}',
    "a split that is none": b'{"dataframe_split": {"columns": [null, 1, []], "data": [1]}}',
    "a split of two widths": b'{"dataframe_split": {"data": [[1], [1, 2], {}]}}',
    "columns of two lengths": b'{"inputs": {"reading_score": [1, 2], "gender": [1]}}',
    "tensors that are none": b'{"inputs": [null, 1, [], {}, {"name": null}, {"name": [], "shape": {}}]}',
    "tensors of wrong shapes": json.dumps(
        {"inputs": [{"name": "island", "datatype": "BYTES", "shape": [-1], "data": [1]}] * 8}
    ).encode(),
    "tensors of huge shapes": json.dumps(
        {"inputs": [{"name": "island", "datatype": "BYTES", "shape": [10**18], "data": []}]}
    ).encode(),
    "tensors of bytes that aren't there": json.dumps(
        {
            "inputs": [
                {"name": "island", "datatype": "BYTES", "shape": [10**9]}
                | {"parameters": {"binary_data_size": 10**30}}
            ]
        }
    ).encode(),
    "outputs that are none": b'{"inputs": [], "outputs": [null, {"name": {}}]}',
    "receipts that are none": json.dumps(
        [
            {"receipt": each, "actual": 1}
            for each in (None, 1, "", "1.", "1.\u00e9", "1." + "A" * 6_000, CANARY)
        ]
    ).encode(),
    "too much": b" " * 4_000_001,
}
"""Name -> a whole body."""
