"""Requests that are none, or strange ones: either the server in front or the application refuses, alike."""

import json

import pytest

from tests.hostile.asked import CANARY, row
from tests.hostile.wire import JSON, ask, request

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
