"""What a connection carries beside one plain request: others hidden in it, none at all, packed bodies."""

import json
from contextlib import suppress

import pytest
import requests

from tests.hostile.asked import CANARY, row
from tests.hostile.test_requests import REFUSED, get
from tests.hostile.wire import JSON, ask, connected, received, request

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 5",
        b"Transfer-Encoding : chunked\r\nContent-Length: 5",
        b"Transfer-Encoding: chunked, identity\r\nContent-Length: 5",
        b"Transfer-Encoding:\tchunked\r\nTransfer-Encoding: x\r\nContent-Length: 5",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5, 6",
        b"Content-Length: +5",
        b"Content-Length: 0x5",
        b"Content-Length: -5",
        b"Content-Length: 5\r\n Content-Length: 6",
    ],
    ids=repr,
)
def test_no_request_hides_behind_another(api, head):
    """With two lengths, or with one that is none: refused, or read by one of them to the end of all."""
    hidden = b"0\r\n\r\n" + HIDDEN
    sent = b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + head
    found = ask(api.url, sent + b"\r\n\r\n" + hidden)
    assert found[0].status in REFUSED
    # What was read by its chunks ends with them: then the next request is no secret to anybody in front,
    # who must have read it so as well. Any other length is refused, and nothing behind it is read.
    chunked = b"chunked" in head and b"xchunked" not in head
    assert len(found) == 1 or (chunked and len(found) == 2 and found[1].status == 404)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 100,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n: empty\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00",
        b"POST /api/predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"POST /api/predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;" + b"a" * 50_000,
        b"POST /api/predict HTTP/1.1\r\nHost: a\r\nExpect: something\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=lambda data: repr(data[:40]),
)
def test_what_is_no_http_is_dropped_and_others_are_answered(either, data):
    """The connection may end without a word."""
    with connected(either.url) as peer:
        peer.settimeout(1)
        peer.sendall(data)
        with suppress(TimeoutError):  # It may wait for more.
            received(peer)
    assert get(either, "/livez").status == 200


def test_http_2_is_not_spoken(either):
    """Its streams and its heads of many megabytes are none of what is needed here."""
    with connected(either.url) as peer:
        peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        assert received(peer)[:9] in (b"", b"HTTP/1.1 ")


def test_callers_who_hang_up_cost_no_answer_of_others(api, cards):
    """In the middle of a head, of a body, and of the answer."""
    whole = request("/api/predict", json.dumps([row(cards["math-score"])] * 1_000).encode(), JSON)
    for cut in (10, 60, len(whole) // 2, len(whole)):
        for _ in range(20):
            with connected(api.url) as peer:
                peer.sendall(whole[:cut])
    assert (
        requests.post(f"{api.url}/api/predict", json=row(cards["math-score"]), timeout=30).status_code == 200
    )


@pytest.mark.parametrize(
    "encoding", ["gzip", "deflate", "br", "zstd", "GZIP", "gzip, gzip", "identity, gzip", CANARY]
)
@pytest.mark.parametrize(
    "path",
    ["/api/predict", "/api/feedback", "/v1/predict", "/predict", "/predict/batch", "/invocations"],
)
def test_a_compressed_body_is_refused_unread(api, path, encoding):
    """What it unpacks to has no limit."""
    body = bytes.fromhex("1f8b08000000000000ff") + b"\x00" * 1_000
    (reply,) = ask(api.url, request(path, body, JSON | {"Content-Encoding": encoding}))
    assert (reply.status, reply.header["accept-encoding"]) == (415, "identity")
    assert CANARY.encode() not in reply.body


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
def test_a_body_that_is_said_not_to_be_compressed_is_read(api, cards, encoding):
    """Some clients say so."""
    body = json.dumps(row(cards["math-score"])).encode()
    (reply,) = ask(api.url, request("/api/predict", body, JSON | {"Content-Encoding": encoding}))
    assert reply.status == 200


def test_answers_in_a_row_on_one_connection_stay_apart(api, cards):
    """A refused body is read or the connection ends: what follows is never taken for the rest of it."""
    good = json.dumps(row(cards["math-score"])).encode()
    lines = (
        b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
    )
    refused = lines % (b"text/plain", len(good), good)
    sent = refused * 3 + request("/api/predict", good, JSON)
    found = ask(api.url, sent)
    assert [reply.status for reply in found] in ([415, 415, 415, 200], [415])


def test_a_caller_who_waits_is_told_to_go_on(api, cards):
    """Expect: 100-continue."""
    good = json.dumps(row(cards["math-score"])).encode()
    (*before, last) = ask(api.url, request("/api/predict", good, JSON | {"Expect": "100-continue"}))
    assert [reply.status for reply in before] in ([], [100])
    assert last.status == 200
