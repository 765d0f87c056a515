"""Questions to a real Prometheus, asked as Grafana asks them."""

import math
import re
import time
from typing import Any

import requests

LABEL_VALUES = re.compile(r"label_values\((?P<match>.+), (?P<label>\w+)\)")


class Asking:
    """One Prometheus."""

    def __init__(self, url: str) -> None:
        self._url = url

    def now(self, expr: str) -> list[float]:
        """Return the finite values of an instant query."""
        result = self._get("query", {"query": expr})["result"]
        return [value for one in result if math.isfinite(value := float(one["value"][1]))]

    def series(self, expr: str) -> list[dict[str, str]]:
        """Return the labels of what an instant query gives."""
        return [one["metric"] for one in self._get("query", {"query": expr})["result"]]

    def lately(self, expr: str, seconds: float = 60) -> list[float]:
        """Return the finite values of the last seconds."""
        end = time.time()
        asked = {"query": expr, "start": str(end - seconds), "end": str(end), "step": "2"}
        result = self._get("query_range", asked)["result"]
        values = [float(value) for one in result for _, value in one["values"]]
        return [value for value in values if math.isfinite(value)]

    def label_values(self, query: str) -> list[str]:
        """Return what a variable's query gives: `label_values(series, label)`."""
        found = LABEL_VALUES.fullmatch(query)
        assert found, query
        values: list[str] = self._get(f"label/{found['label']}/values", {"match[]": found["match"]})
        return values

    def _get(self, path: str, asked: dict[str, str]) -> Any:
        answer = requests.get(f"{self._url}/api/v1/{path}", params=asked, timeout=30)
        assert answer.status_code == 200, (asked, answer.text)
        return answer.json()["data"]
