"""Requests that are none, or strange ones: either the server in front or the application refuses, alike."""

import json
from contextlib import suppress

import pytest
import requests

from tests.hostile.asked import CANARY, row
from tests.hostile.wire import JSON, ask, connected, received, request

REFUSED = range(400, 500)


def get(served, target, header=(), method="GET"):
    """Return the one answer to a request without a body."""
    (reply,) = ask(served.url, request(target, header=header, method=method))
    return reply


@pytest.mark.parametrize(
    "target",
    [
        *("//", "///api/predict", "//evil.example/api/predict", "/api//predict", "/api/predict/"),
        *("/api/./predict", "/api/x/../predict", "/api/%2e%2e/api/predict", "/%2e%2e/%2e%2e/etc/passwd"),
        *("/assets/..%2f..%2f..%2fapi%2findex.py", "/assets/%2e%2e/%2e%2e/requirements.txt"),
        *("/assets/....//....//api/index.py", "/assets/..%5c..%5capi%5cindex.py", "/assets//etc/passwd"),
        *("/assets/%00", "/assets/style.css%00.html", "/static/..%2f..%2fmonitor%2fapp.py"),
        *("/%00", "/api/predict%00", "/api/predict;a=b", "/api/predict%3Bx", "/api\\predict", "/%5c%5cevil"),
        *("/api/predict%0d%0aX-Evil:%201", "/%ff%fe", "/%c0%ae%c0%ae/", "/%ed%a0%80", "/%", "/%zz", "/%2"),
        *("/\u00e9", "/api/badge/../status.svg", "/api/badge/%2e%2e.svg", "/api/badge/status.svg/x"),
        *("/api/badge/.svg", "/api/badge/status.", "/api/badge/status.svg.json", "/v2/models/%2e%2e"),
        *(
            "/v2/models//ready",
            "/v2/models/%00/ready",
            f"/v2/models/{CANARY}/versions/{CANARY}".replace("<", "%3C"),
        ),
        *("*", f"/{'a' * 60_000}", f"/{'a/' * 30_000}", f"/{'%61' * 20_000}"),
    ],
    ids=lambda target: ascii(target)[:60],
)
def test_no_path_makes_it_fail_or_shows_a_file(either, target):
    """There is nothing at any of them; no redirect either, which would repeat what was sent."""
    reply = get(either, target)
    assert reply.status in REFUSED or (reply.status == 200 and b"</html>" in reply.body), reply.status
    assert "location" not in reply.header
    assert "x-evil" not in reply.header
    for content in (b"create_app", b"flask==", b"root:"):
        assert content not in reply.body


def test_a_long_query_is_refused_or_passed_over(either):
    """Of any length that the server in front takes."""
    for query in (
        "a" * 60_000,
        "&".join("a=b" for _ in range(15_000)),
        "model=" + "%00" * 20_000,
        "%" * 60_000,
    ):
        for path in ("/livez", "/api/metrics", "/", "/api/openapi.json"):
            assert get(either, f"{path}?{query}").status in (200, *REFUSED)


@pytest.mark.parametrize(
    "query",
    [
        "model=%00",
        "model=%ff",
        "model=%ed%a0%80",
        "version=%0d%0aX-Evil:1",
        "model[]=a",
        "model",
        "=",
        "&&;;",
        "%",
    ],
)
def test_no_query_makes_it_fail(api, cards, query):
    """Nor changes the header of the answer."""
    body = json.dumps(row(cards["math-score"])).encode()
    for path in ("/api/predict", "/invocations"):
        (reply,) = ask(api.url, request(f"{path}?{query}", body, JSON))
        assert reply.status in (200, 400, 404)
        assert "x-evil" not in reply.header


METHODS = ["TRACE", "CONNECT", "PROPFIND", "G" * 5_000, "GET\x00", "G(T", "\u00e9", "__class__"]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: ascii(method)[:12])
def test_no_method_makes_it_fail(either, method):
    """Those that no address takes, and those that are none."""
    for path in ("/livez", "/api/metrics", "/nothing", "/"):
        assert get(either, path, method=method).status in REFUSED


@pytest.mark.parametrize(
    "header",
    [
        [(f"X-{at}", "a" * 3_000) for at in range(90)],
        [(f"X-{at}", "a") for at in range(5_000)],
        [("X-Long", "a" * 1_000_000)],
        [("a" * 100_000, "b")],
        [("Cookie", "a=b; " * 10_000)],
        [("Accept", "a/b;q=0.5," * 5_000)],
        [("Accept", ";" * 50_000)],
        [("Accept", '"' * 50_000)],
        [("Accept", "\\" * 50_000)],
        [("Content-Type", "application/json" + ';a="b\\"' * 8_000)],
        [("Content-Type", "application/json;" + "a*0*=" * 10_000)],
        [("Range", "bytes=" + "0-1," * 10_000)],
        [("If-None-Match", '"a",' * 10_000)],
        [("X-Forwarded-For", "1.2.3.4, " * 5_000)],
        [("Authorization", "Bearer \u00e9\u00ff\x80")],
        [("Authorization", "Basic " + "%" * 10_000)],
    ],
    ids=lambda header: f"{len(header)} {header[0][0][:20]} {header[0][1][:12]}",
)
def test_no_header_makes_it_fail(either, header):
    """Very many, very long, and those that somebody reads."""
    for path in ("/livez", "/api/metrics"):
        assert get(either, path, header).status in (200, *REFUSED)


@pytest.mark.parametrize(
    "host",
    ["", "a" * 3_000, "a." * 3_000, "\u00e9", "[::1", "a:99999999", "a b", "..", "%00", "a,b", "xn--a"],
)
def test_no_host_makes_it_fail(either, host):
    """What names none is refused, or read as nobody's."""
    data = request("/", header={"Host": host}, method="GET").replace(b"Host: localhost\r\n", b"", 1)
    (reply,) = ask(either.url, data)
    assert reply.status in (200, 400)


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
