"""Whatever the API does, a probe is over in time, and nothing of it stays behind."""

import threading
import time
from pathlib import Path

import pytest

from monitor.probe import Api
from monitor.probe.connect import Resolver
from monitor.probe.faults import Failed
from monitor.probe.run import probe
from tests.monitor.fake_api import (
    MATH,
    PENGUINS,
    Answer,
    FakeApi,
    after,
    drips,
    never_answers,
    says,
    says_json,
)
from tests.monitor.probe.seen import fault_of, look

TOTAL = 0.6
SLACK = 1.0  # The test machine's, not the probe's.
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

HANGS: list[tuple[str, Answer, str]] = [
    ("silence", never_answers, "it did not answer within"),
    ("status-line", drips(HEAD), "it did not answer within"),
    ("headers", drips(b"A: b\r\n", first=HEAD, every=0.05), "it did not answer within"),
    ("one-header", drips(b"x", first=HEAD + b"A: "), "it did not answer within"),
    ("continue", drips(b"HTTP/1.1 100 Continue\r\n\r\n", every=0.001), "it did not answer within"),
    ("body", drips(b" ", first=HEAD + b"Content-Length: 1000\r\n\r\n"), "its answer did not end within"),
    ("body-without-end", drips(b" ", first=HEAD + b"\r\n"), "its answer did not end within"),
    ("chunks", drips(b"1\r\n \r\n", first=HEAD + b"Transfer-Encoding: chunked\r\n\r\n", every=0.01),
     "its answer did not end within"),
    ("chunk-size", drips(b"0", first=HEAD + b"Transfer-Encoding: chunked\r\n\r\n"), "its answer did not end"),
    ("trailers", drips(b"A: b\r\n", first=HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", every=0.001),
     "its answer did not end within"),
]  # fmt: skip
IDS = [row[0] for row in HANGS]
CASES = [row[1:] for row in HANGS]


def ours() -> list[str]:
    """Return the probes' threads."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("probe-")]


def left_after(seconds: float) -> list[str]:
    """Return the probes' threads that do not end within a time."""
    end = time.monotonic() + seconds
    while ours() and time.monotonic() < end:
        time.sleep(0.01)
    return ours()


def sockets() -> int:
    """Return how many sockets this process has open."""
    files = [file for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
    return sum(str(file.readlink()).startswith("socket:") for file in files)


def test_it_counts_what_is_open() -> None:
    """A count that never changes would prove nothing."""
    before = sockets()
    with FakeApi():
        assert sockets() == before + 1
    assert sockets() == before


@pytest.mark.parametrize(("answer", "says"), CASES, ids=IDS)
def test_an_api_that_hangs_is_down_in_time(answer: Answer, says: str) -> None:
    """And a moment later no thread and no socket is left."""
    before = sockets()
    with FakeApi() as api:
        api.on("*", answer)
        listening = sockets()
        begun = time.monotonic()
        sample = look(api, total=TOTAL)
        took = time.monotonic() - begun
        assert left_after(2) == []
    assert took < TOTAL + SLACK
    assert sample["state"] == "down"
    assert says in sample["reason"]
    assert (sample["latency"], fault_of(sample, "health")[0]) == (None, "timeout")
    assert (listening, sockets()) == (before + 1, before)


ONE_HANGS = [
    *(("models", *row) for row in HANGS if row[0] in ("silence", "headers", "body", "chunks")),
    *((path, *HANGS[0]) for path in ("health", "metrics", "model-info")),
]


@pytest.mark.parametrize(
    ("path", "answer", "says"),
    [(path, answer, says) for path, _, answer, says in ONE_HANGS],
    ids=[f"{path}-{name}" for path, name, *_ in ONE_HANGS],
)
def test_one_call_that_hangs_does_not_make_the_goldens_late(path: str, answer: Answer, says: str) -> None:
    """They need the list of models or the card, and no more than one of them."""
    with FakeApi([MATH, PENGUINS]) as api:
        api.on(f"/api/{path}", answer)
        sample = look(api, total=1.5)
    assert sample["state"] == "degraded"
    assert sample["goldens"][0]["matching"] == 3
    assert says in fault_of(sample, path)[1]


def test_the_list_and_the_card_may_both_hang() -> None:
    """Health names the default model too."""
    with FakeApi() as api:
        api.on("/api/models", never_answers)
        api.on("/api/model-info", never_answers)
        sample = look(api, total=1.5)
    assert (sample["state"], sample["goldens"][0]["matching"]) == ("degraded", 3)


def test_a_list_that_comes_late_is_used_all_the_same() -> None:
    """The other models are asked then."""
    with FakeApi([MATH, PENGUINS]) as api:
        listed = {"models": [MATH.listed(default=True), PENGUINS.listed(default=False)]}
        api.on("/api/models", after(1.3, says_json(listed)))
        sample = look(api, total=2.5)
        assert api.count("/api/predict") == 2
    assert sample["state"] == "up"


def test_a_slow_answer_is_an_answer() -> None:
    """Latency is what it took."""
    with FakeApi() as api:
        api.on("/api/predict", after(0.3, says_json(MATH.predictions())))
        sample = look(api, total=3)
    assert sample["state"] == "up"
    assert sample["latency"] is not None
    assert 0.3 <= sample["latency"] < sample["seconds"]


def test_many_models_that_hang_leave_nothing_behind() -> None:
    """More calls than are made at once: those that never began say so."""
    models = [MATH, *(type(MATH)(f"model-{n}") for n in range(30))]
    with FakeApi(models) as api:
        api.on("/api/predict", never_answers)
        sample = look(api, total=TOTAL)
        assert left_after(2) == []
        assert api.count("/api/predict") <= 8
    says = {check["fault"]["says"] for check in sample["checks"] if check["fault"]}
    assert "there was no time left to ask" in says
    assert sample["state"] == "down"


def test_answers_that_take_long_to_read_come_too_late() -> None:
    """A million numbers at the last moment, at every address: the probe is over in time all the same."""
    with FakeApi() as api:
        api.on("*", after(TOTAL - 0.1, says(b"[" + b"1," * 999_990 + b"1]", media="application/json")))
        begun = time.monotonic()
        sample = look(api, total=TOTAL)
        assert time.monotonic() - begun < TOTAL + SLACK
        assert left_after(3) == []
    assert sample["state"] == "down"


def test_a_name_whose_lookup_hangs_is_abandoned() -> None:
    """Nothing can end a lookup, so nobody waits for it; it is made once for all calls."""
    lookups: list[str] = []
    answered = threading.Event()

    def hangs(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        lookups.append(host)
        answered.wait(20)
        return [("an address",)]

    resolver = Resolver("slow.example", 443, lookup=hangs)
    for _ in range(2):
        with pytest.raises(Failed, match=r"slow\.example was not resolved within 0\.1 s"):
            resolver.addresses(0.1)
    answered.set()
    assert resolver.addresses(5) == [("an address",)]
    assert lookups == ["slow.example"]


def test_every_probe_of_many_leaves_nothing_behind() -> None:
    """Neither threads nor sockets grow."""
    before = sockets()
    with FakeApi() as api:
        for _ in range(20):
            probe(Api(api.url), api.pins(), {}, remembers=False)
        assert left_after(2) == []
    assert sockets() == before
