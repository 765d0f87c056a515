"""An API that sends without end is cut off by what it sent, long before the time is over, in flat memory."""

import tracemalloc

import pytest

from tests.monitor.fake_api import Answer, Exchange, FakeApi, says, says_problem
from tests.monitor.probe.seen import fault_of, look

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = b"x" * 60_000
MOST_HELD = 40_000_000
"""Bytes: four calls side by side hold four megabytes each, and what Python makes of them."""


def floods(first: bytes, block: bytes) -> Answer:
    """Send `first`, then a block over and over, as fast as it is taken."""

    def answer(exchange: Exchange) -> None:
        exchange.send(first)
        while not exchange.stopped.is_set():
            exchange.send(block)

    return answer


FLOODS = {
    "chunk-of-minus-one": floods(CHUNKED + b"-1\r\n", LONG),
    "chunk-without-end": floods(CHUNKED + b"FFFFFFFFFFFF\r\n", LONG),
    "chunk-extensions": floods(CHUNKED, b"1;" + LONG + b"\r\nx\r\n"),
    "trailers": floods(CHUNKED + b"0\r\n", b"A: " + LONG + b"\r\n"),
    "headers": floods(HEAD, b"A: " + LONG + b"\r\n"),
    "hints": floods(b"", b"HTTP/1.1 100 Continue\r\nA: " + LONG + b"\r\n\r\n"),
    "no-length": floods(HEAD + b"\r\n", LONG),
    "length-below-zero": floods(HEAD + b"Content-Length: -1\r\n\r\n", LONG),
    "two-lengths": floods(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", LONG),
    "packed-twice": floods(HEAD + b"Content-Encoding: gzip, gzip\r\n\r\n", LONG),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_flood_is_cut_off_and_not_held(flood: Answer) -> None:
    """By its size, where the deadline would let it run for a minute."""
    with FakeApi() as api:
        api.on("*", flood)
        tracemalloc.start()
        sample = look(api, total=60)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert sample["state"] == "down"
    assert fault_of(sample, "health")[0] in ("too-large", "not-http", "cut-short")
    assert sample["seconds"] < 30
    assert peak < MOST_HELD


REFUSALS = {
    "401": (says_problem(401, "No key."), "it asks for a key (401): set MAIN_API_KEY"),
    "401-nothing": (says(b"", 401), "it asks for a key (401): set MAIN_API_KEY"),
    "403": (says_problem(403, "No."), "it asks for a key (403): set MAIN_API_KEY"),
    "429": (
        says(b"", 429, headers={"Retry-After": "7"}),
        "it answers 429: too many requests, ask again in 7 s",
    ),
    "429-lines": (says(b"", 429, headers={"Retry-After": "7 s<b>"}), "it answers 429: too many requests"),
}


@pytest.mark.parametrize("path", ["*", "/api/predict"])
@pytest.mark.parametrize(("answer", "says_this"), REFUSALS.values(), ids=REFUSALS)
def test_who_is_not_let_in_does_not_speak_of_wrong_answers(answer: Answer, says_this: str, path: str) -> None:
    """The state's reason is the refusal; not one golden counts as answered wrong."""
    with FakeApi() as api:
        api.on(path, answer)
        sample = look(api)
    assert sample["reason"].endswith(says_this)
    assert "wrong" not in sample["reason"]
    assert all(each["differing"] == [] and each["fault"] for each in sample["goldens"])
