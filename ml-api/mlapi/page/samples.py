"""The example as a CSV file."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


def template_csv(bundle: Mapping[str, Any]) -> str:
    """Return a data: address of a table with the features' names and the example."""
    example = bundle["input"]["examples"][0]
    names = [feature["name"] for feature in bundle["features"]]
    out = io.StringIO()
    csv.writer(out).writerows([names, [_cell(example.get(name)) for name in names]])
    return "data:text/csv;charset=utf-8," + quote(out.getvalue())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
