"""Everything that can be wrong with an API, and the sentence that a person reads."""

import json
import socket

import pytest

from monitor.probe import Api
from monitor.probe.faults import KINDS
from monitor.probe.run import probe
from tests.monitor.fake_api import (
    MATH,
    Answer,
    FakeApi,
    hangs_up,
    says,
    says_gzip,
    says_json,
    says_problem,
    says_raw,
)
from tests.monitor.probe.seen import fault_of, look
from tools.local_server import free_port

HTML = b"<!doctype html><title>Hello</title>"
ANSWER = json.dumps(MATH.predictions()).encode()


def predictions(**changed: object) -> Answer:
    """Return the right answer, but for what is changed."""
    return says_json(MATH.predictions() | changed)


def rows(*values: object) -> Answer:
    """Return an answer with these predictions."""
    return predictions(predictions=[{"prediction": value} for value in values])


BROKEN: list[tuple[str, Answer, str, str]] = [
    ("hangs-up", hangs_up, "cut-short", "it closed the connection without an answer"),
    ("not-http", says_raw(b"220 smtp ready\r\n\r\n"),
     "not-http", "what answers there does not speak HTTP as it should"),
    ("endless-headers", says_raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200), "not-http", "not speak HTTP"),
    ("half-an-answer", says(ANSWER[:50], media="application/json", headers={"Content-Length": "500"}),
     "cut-short", "its answer broke off"),
    ("half-a-chunk", says_raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"),
     "cut-short", "its answer broke off"),
    ("huge", says(b" " * 2_000_001, media="application/json"), "too-large", "its answer is larger than 2 MB"),
    ("huge-unannounced", says_raw(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 2_000_001),
     "too-large", "its answer is larger than 2 MB"),
    ("gzip-bomb", says_gzip(b" " * 200_000_000), "too-large", "its answer is larger than 2 MB"),
    ("gzip-broken", says(b"x" * 40, headers={"Content-Encoding": "gzip"}), "not-json", "that it is gzip"),
    ("packed-otherwise", says(b"x", headers={"Content-Encoding": "br"}), "not-json", "not asked for"),
    ("html", says(HTML), "not-json", "it answers HTML where JSON is expected (200)"),
    ("nothing", says(b""), "not-json", "it answers nothing where JSON is expected (200)"),
    ("no-json", says(b"{", media="application/json"), "not-json", "line 1, column 2"),
    ("not-utf-8", says(b'"\xff"'), "not-json", "it is not UTF-8"),
    ("deep", says(b"[" * 1_000_000), "not-json", "it is nested too deeply"),
    ("nan", says(ANSWER.replace(b"66.02", b"NaN")), "not-json", "it holds NaN or Infinity"),
    ("beyond-float", says(ANSWER.replace(b"66.02", b"1e999")), "not-json", "a number beyond all bounds"),
    ("beyond-int", says(ANSWER.replace(b"66.02", b"9" * 400)), "not-json", "a number beyond all bounds"),
    ("surrogate", says(b'{"\\ud800": 1}'), "not-json", "it escapes half a character"),
    ("redirect", says(b"", 302, headers={"Location": "https://other.example/x"}),
     "redirect", "it answers 302 to other.example: MAIN_API_URL must be"),
    ("redirect-nowhere", says(b"", 301, headers={"Location": "http://[::1"}),
     "redirect", "it answers 301: MAIN_API_URL must be"),
    ("vercel-login", says(b"", 302, headers={"Location": "https://vercel.com/sso-api?url=x"}), "redirect",
     "it answers 302 to vercel.com: Deployment Protection asks for a login; "
     "set VERCEL_AUTOMATION_BYPASS_SECRET or use the production domain"),
    ("vercel-401", says(HTML, 401, headers={"Server": "Vercel"}),
     "unauthorized", "it asks for a login (401), as Deployment Protection does: set VERCEL_AUTOMATION"),
    ("401", says_problem(401, "No key."), "unauthorized", "it asks for a key (401): set MAIN_API_KEY"),
    ("403", says_problem(403, "No."), "unauthorized", "it asks for a key (403): set MAIN_API_KEY"),
    ("404", says_problem(404, "There is nothing."), "not-found", "it answers 404: There is nothing"),
    ("404-html", says(HTML, 404), "not-found", "it answers 404: nothing is at this address"),
    ("418", says(b"", 418), "unexpected-status", "it answers 418 where 200 is expected"),
    ("429", says_json({}, 429, {"Retry-After": "30"}), "rate-limited",
     "it answers 429: too many requests, ask again in 30 s"),
    ("500", says(HTML, 500), "server-error", "it answers 500"),
    ("503", says_problem(503, "This model can't answer: model.onnx doesn't match its hash."),
     "server-error", "it answers 503: This model can't answer: model.onnx doesn't match its hash"),
    ("control-characters", says_problem(500, "a\x00b\r\nc\u202ed" + "x" * 999),
     "server-error", "it answers 500: a b c dxxx"),
    ("a-list", says_json([]), "wrong-shape", "the whole should be an object"),
    ("no-answers", predictions(predictions=None), "wrong-shape", "predictions should be a list"),
    ("too-few", rows(1.0), "wrong-shape", "predictions should be 3 answers, and are 1"),
    ("text-for-number", rows("1", "2", "3"), "wrong-shape", "predictions/0/prediction should be a number"),
    ("true-for-number", rows(1.0, 2.0, True), "wrong-shape", "predictions/2/prediction should be a number"),
    ("other-model", predictions(model={"name": "other", "version": "1", "sha256": MATH.sha256}),
     "wrong-shape", "model should be math-score 1, and is other 1"),
    ("hostile-name", predictions(model={"name": "<script>", "version": "1"}),
     "wrong-shape", "model/name should be a model's name"),
    ("hostile-version", predictions(model={"name": "x", "version": "\uff11"}), "wrong-shape", "a version"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "kind", "says_this"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_golden_call_that_fails_is_down(answer: Answer, kind: str, says_this: str) -> None:
    """With the reason, which is one line without a full stop."""
    with FakeApi() as api:
        api.on("/api/predict", answer)
        sample = look(api)
    assert fault_of(sample, "goldens math-score 1")[0] == kind
    assert says_this in sample["reason"]
    assert sample["reason"].startswith("the goldens of math-score 1 were not answered: ")
    assert sample["state"] == "down"
    assert sample["reason"].isprintable()
    assert not sample["reason"].endswith(".")
    assert len(sample["reason"]) < 500
    assert sample["goldens"][0]["fault"] == {
        "kind": kind,
        "says": fault_of(sample, "goldens math-score 1")[1],
    }


@pytest.mark.parametrize(
    ("answer", "kind", "says_this"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_an_api_that_fails_at_every_call_is_down(answer: Answer, kind: str, says_this: str) -> None:
    """No address gives an exception."""
    with FakeApi() as api:
        api.on("*", answer)
        sample = look(api)
    assert (sample["state"], sample["models"], sample["goldens"]) == ("down", [], [])
    assert sample["latency"] is None
    assert kind in KINDS
    assert says_this


def test_a_port_where_nothing_listens() -> None:
    """The address is named once."""
    port = free_port()
    sample = probe(Api(f"http://127.0.0.1:{port}"), {}, {}, remembers=False).sample
    assert sample["state"] == "down"
    assert sample["reason"] == f"the connection to 127.0.0.1 port {port} was refused: nothing listens there"
    assert {check["fault"]["kind"] for check in sample["checks"] if check["fault"]} == {"refused"}


def test_a_name_that_is_nobody_s() -> None:
    """The name is said."""
    sample = probe(Api("https://my-api.invalid"), {}, {}, remembers=False, total=2).sample
    assert sample["state"] == "down"
    assert sample["reason"].startswith("the name my-api.invalid ")
    assert fault_of(sample, "health")[0] == "dns"


@pytest.mark.parametrize("host", ["a..b.invalid", "x" * 300 + ".invalid"], ids=["empty-label", "long"])
def test_a_name_that_can_be_nobody_s(host: str) -> None:
    """It is a sentence too."""
    sample = probe(Api(f"http://{host}"), {}, {}, remembers=False, total=2).sample
    assert sample["state"] == "down"
    assert len(sample["reason"]) < 300


def test_a_server_that_takes_no_connections() -> None:
    """A full backlog swallows packets as a firewall does."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        sample = probe(
            Api(f"http://127.0.0.1:{address[1]}"), {}, {}, remembers=False, connect=0.3, total=2
        ).sample
        for each in waiting:
            each.close()
    assert fault_of(sample, "health")[0] == "connect-timeout"
    assert sample["reason"].startswith(f"no connection to 127.0.0.1 port {address[1]} came about within 0.")
