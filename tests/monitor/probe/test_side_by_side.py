"""A probe takes as long as the longest chain of calls that need each other, not as long as all of them."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from monitor.pins import Pins
from monitor.probe import Api
from monitor.probe.drive import AT_ONCE
from monitor.probe.run import probe
from monitor.sample import Sample
from tests.monitor.fake_api import MATH, PENGUINS, Answer, Exchange, FakeApi, FakeModel, Received, after
from tests.monitor.probe.seen import look
from tests.monitor.probe.test_deadline import left_after

EACH = 0.25
CALLS = 11
MODELS = (MATH, PENGUINS, FakeModel("food"), FakeModel("house"))


class SlowApi(FakeApi):
    """Answers right, each call after a while; `most` is how many it had at a time."""

    def __init__(self, models: Sequence[FakeModel] = MODELS) -> None:
        super().__init__(models)
        self.most = self._now = 0
        self._counting = threading.Lock()

    def _answer(self, received: Received) -> Answer:
        slow = after(EACH, super()._answer(received))

        def answer(exchange: Exchange) -> None:
            with self._counted():
                slow(exchange)

        return answer

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._counting:
            self._now += 1
            self.most = max(self.most, self._now)
        yield
        with self._counting:
            self._now -= 1


def rounds(sample: Sample) -> float:
    """Return a probe's time in those of its slowest call: a busy machine makes both longer."""
    assert sample["state"] == "up", sample["reason"]
    return sample["seconds"] / max(check["seconds"] or 0.0 for check in sample["checks"])


CHAINS: dict[str, tuple[Pins | None, int]] = {
    "the list, then goldens": (None, 2),
    "the list, a card, then its goldens": ({}, 3),
}


@pytest.mark.parametrize(("pins", "chain"), CHAINS.values(), ids=CHAINS)
def test_a_probe_of_a_slow_api_takes_its_longest_chain(pins: Pins | None, chain: int) -> None:
    """Of eleven calls; nothing of it outlives the probe."""
    with SlowApi() as api:
        sample = look(api, pins=pins, total=20)
        assert left_after(1) == []
    assert len(sample["checks"]) == CALLS
    assert rounds(sample) < chain + 0.8


def test_calls_one_after_the_other_would_be_noticed() -> None:
    """The same probe, one call at a time, takes as long as all of them."""
    with SlowApi() as api:
        known = api.pins()
        sample = probe(Api(api.url), known, {}, remembers=False, total=20, at_once=1).sample
    assert api.most == 1
    assert sample["seconds"] >= CALLS * EACH


def test_never_more_at_once_than_the_platform_takes() -> None:
    """Many models are asked in turns, and no turn waits for all of the one before."""
    models = [MATH, *(FakeModel(f"model-{number}") for number in range(30))]
    with SlowApi(models) as api:
        sample = look(api, total=20)
    assert api.most == AT_ONCE
    calls = len(sample["checks"])
    assert calls > 3 * AT_ONCE
    # The four first calls come before there is anything to do side by side.
    assert rounds(sample) < 1 + (calls - 4) / AT_ONCE + 1.5
