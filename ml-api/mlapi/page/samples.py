"""The example as a person would send it: a curl command and a CSV file."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode


def curl(bundle: Mapping[str, Any], base_url: str) -> str:
    """Return the command that sends the example; public/assets/curl.js writes the same from the form."""
    query = urlencode({"model": bundle["name"], "version": bundle["version"]})
    row = json.dumps(bundle["input"]["examples"][0], indent=2, ensure_ascii=False)
    address = f"{base_url.rstrip('/')}/api/predict?{query}"
    words = (
        f"curl {_quoted(address)}",
        f"-H {_quoted('Content-Type: application/json')}",
        f"-d {_quoted(row)}",
    )
    return " \\\n  ".join(words)


def template_csv(bundle: Mapping[str, Any]) -> str:
    """Return a data: address of a table with the features' names and the example."""
    example = bundle["input"]["examples"][0]
    names = [feature["name"] for feature in bundle["features"]]
    out = io.StringIO()
    csv.writer(out).writerows([names, [_cell(example.get(name)) for name in names]])
    return "data:text/csv;charset=utf-8," + quote(out.getvalue())


def _quoted(text: str) -> str:
    """Return text as one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
