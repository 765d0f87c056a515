"""What only a real server shows: bodies in chunks, without a length to refuse them by."""

import json

import pytest
import requests

LIMIT = 4_000_000


def in_chunks(body):
    """Return a body's parts, which requests sends without a Content-Length."""
    return (body[start : start + 65_536] for start in range(0, len(body), 65_536))


def post(base, body, content_type="application/json"):
    """Send a body in chunks."""
    headers = {"Content-Type": content_type}
    return requests.post(f"{base}/api/predict", data=in_chunks(body), headers=headers, timeout=60)


def test_a_body_in_chunks_is_answered(api_server, student):
    """As one with a length is."""
    whole = requests.post(f"{api_server}/api/predict", json=student, timeout=10).json()
    assert post(api_server, json.dumps(student).encode()).json()["prediction"] == whole["prediction"]


@pytest.mark.parametrize("extra", [1, 1_000_000])
def test_a_body_in_chunks_that_is_too_large_is_refused_and_never_cut_off(api_server, student, extra):
    """A body that is cut at the limit could be a smaller table that is answered."""
    header = ",".join(student) + "\n"
    line = ",".join(map(str, student.values())) + "\n"
    table = (header + line * ((LIMIT + extra) // len(line))).encode()
    table += b" " * (LIMIT + extra - len(table))
    refused = post(api_server, table, "text/csv")
    assert (refused.status_code, refused.json()["type"]) == (413, "urn:tandem:problem:too-large")


def test_a_body_of_exactly_the_limit_is_read_whole(api_server, student):
    """What stands behind the blanks counts."""
    body = json.dumps(student).encode()
    padded = body + b" " * (LIMIT - len(body))
    assert post(api_server, padded).status_code == 200
    assert post(api_server, padded[:-1] + b"x").status_code == 400
    assert post(api_server, padded + b"x").status_code == 413
