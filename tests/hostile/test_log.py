"""The prediction log: one line of JSON for each call, whatever was in the call."""

import json
import time

import pytest

from tests.hostile.asked import CANARY, row
from tests.hostile.wire import JSON, ask, request

FORGED = 'x\r\n{"id":"forged","outcome":"answered"}\x1b[2J\u2028\u0085\x00'


def lines(served, before, count):
    """Return the lines behind a place in the log, once there are as many as there should be."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = served.log.read_bytes()[before:].split(b"\n")[:-1]
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{len(found)} of {count} lines came")


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("/api/predict", {}),
        (f"/api/predict?model=a%0a{CANARY}".replace("<", "%3C").replace(">", "%3E"), {}),
        ("/api/predict?model=%0d%0a%7b%22id%22%3a1%7d", {}),
        ("/api/predict", {"X-Request-Id": "forged", "User-Agent": FORGED[:1] + "{}\t"}),
        ("/invocations", {}),
        ("/v2/models/a%0a%7b%7d/infer", {}),
    ],
    ids=repr,
)
def test_a_call_leaves_one_line_of_json(api, cards, target, header):
    """With values, names, an address and a header that hold lines of their own."""
    good = row(cards["math-score"])
    bodies = [good, good | {"gender": FORGED}, good | {FORGED: FORGED}, FORGED, [good, FORGED]]
    before = api.log.stat().st_size
    for said in bodies:
        ask(api.url, request(target, json.dumps(said, ensure_ascii=False).encode(), JSON | header))
    found = lines(api, before, len(bodies))
    assert len(found) == len(bodies)
    for line in found:
        assert line.isascii()
        assert {"id", "outcome", "status", "rows", "milliseconds"} <= json.loads(line).keys()
        assert b"forged" not in line.replace(json.dumps(json.dumps(FORGED)).encode(), b"")
