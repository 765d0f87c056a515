"""The API's deployment, alone, under the platform's runtime: every address, and eight callers at once."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def running(deployed: Callable[..., Any]) -> Any:
    """Serve ml-api with its committed bundles."""
    return deployed("ml-api")


@pytest.fixture(scope="module")
def base(running: Any) -> str:
    """Give its address."""
    return str(running.base)


@pytest.fixture(scope="module")
def card(base: str) -> dict[str, Any]:
    """Give the default model's bundle.json, as the API tells it."""
    bundle: dict[str, Any] = requests.get(f"{base}/api/model-info", timeout=10).json()["bundle"]
    return bundle


@pytest.fixture(scope="module")
def row(card: dict[str, Any]) -> dict[str, Any]:
    """Give one valid row."""
    example: dict[str, Any] = card["input"]["examples"][0]
    return example


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/livez", "application/json"),
        ("/readyz", "application/json"),
        ("/api/health", "application/json"),
        ("/api/model-info", "application/json"),
        ("/api/models", "application/json"),
        ("/api/openapi.json", "application/json"),
    ],
)
def test_every_address_answers_get_and_head(base: str, path: str, kind: str) -> None:
    """HEAD has GET's status and no body."""
    answer = requests.get(base + path, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, kind)
    head = requests.head(base + path, timeout=10)
    assert (head.status_code, head.content) == (200, b"")


def test_it_is_healthy(base: str) -> None:
    """Every committed bundle was verified, and its goldens were answered right."""
    assert requests.get(f"{base}/api/health", timeout=10).json()["status"] == "healthy"


@pytest.mark.parametrize("wrap", [lambda row: [row, row], lambda row: {"instances": [row, row]}])
def test_a_batch_is_answered_like_single_rows(
    base: str, row: dict[str, Any], wrap: Callable[..., Any]
) -> None:
    """A list and `instances` mean the same."""
    one = requests.post(f"{base}/api/predict", json=row, timeout=10).json()
    many = requests.post(f"{base}/api/predict", json=wrap(row), timeout=10).json()
    assert [answer["prediction"] for answer in many["predictions"]] == [one["prediction"]] * 2


def test_a_table_is_answered_as_a_table(base: str, row: dict[str, Any]) -> None:
    """CSV in, CSV out."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(
        {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}
    )
    headers = {"Content-Type": "text/csv", "Accept": "text/csv"}
    answer = requests.post(f"{base}/api/predict", data=out.getvalue(), headers=headers, timeout=10)
    assert answer.status_code == 200, answer.text
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    one = requests.post(f"{base}/api/predict", json=row, timeout=10).json()
    assert [float(line["prediction"]) for line in lines] == [pytest.approx(one["prediction"])]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/predict", b'{"no_such_field": 1}', 422),
        ("POST", "/api/predict", b"{", 400),
        ("GET", "/no/such/page", b"", 404),
        ("GET", "/no%2Fsuch%20page", b"", 404),
        ("DELETE", "/api/predict", b"", 405),
    ],
)
def test_a_fault_is_told_as_a_problem(base: str, method: str, path: str, body: bytes, status: int) -> None:
    """Every refusal has the one shape."""
    answer = requests.request(method, base + path, data=body, headers=JSON, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


def test_a_chunked_body_is_read(base: str, row: dict[str, Any]) -> None:
    """A caller that doesn't know the length is answered like one that does."""

    def chunks() -> Iterator[bytes]:
        text = json.dumps(row).encode()
        yield text[:5]
        yield text[5:]

    answer = requests.post(f"{base}/api/predict", data=chunks(), headers=JSON, timeout=10)
    assert answer.status_code == 200, answer.text


def test_eight_callers_at_once_get_their_own_answers(base: str, card: dict[str, Any]) -> None:
    """No caller sees another one's answer: each golden gets its own prediction."""
    tolerance = card["tolerance"]["absolute"]

    def ask(golden: dict[str, Any]) -> None:
        answer = requests.post(f"{base}/api/predict", json=golden["input"], timeout=30).json()
        assert answer["prediction"] == pytest.approx(golden["prediction"], abs=tolerance)

    with ThreadPoolExecutor(8) as callers:
        list(callers.map(ask, card["goldens"] * (200 // len(card["goldens"]) + 1)))


def test_every_prediction_is_one_json_line_in_the_platform_log(running: Any, row: dict[str, Any]) -> None:
    """The log line goes through the platform's own channel, in one piece."""
    told = requests.post(f"{running.base}/api/predict", json=row, timeout=10).json()["id"]
    deadline = time.monotonic() + 5
    while not (found := [text for text in running.log if told in text]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(found) == 1
    json.loads(found[0])


def test_it_writes_nothing_beside_itself(running: Any) -> None:
    """The platform's disk is read-only, so what is there now is what was deployed."""
    here = Path(__file__).resolve().parent.parent.parent / "ml-api"
    written = _files(running.folder) - _files(here)
    assert not written


def _files(folder: Path) -> set[Path]:
    return {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}
