"""Traffic at a steady rate, whatever the API does."""

import threading
import time
from functools import partial

import pytest

from tests.monitor.fake_api import FakeApi, hangs_up, never_answers, says_json, says_problem
from tests.tools.cards import BIRD, card
from tools.client import Client, Reply
from tools.progress import Plain
from tools.simulating import call, draw
from tools.simulating.call import Outcome, Plan
from tools.simulating.tally import Tally, quantile
from tools.simulating.traffic import Traffic
from tools.simulating.workers import Workers


class Nowhere:
    """A connection that no call needs."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Close nothing."""


class Clock:
    """Time that passes by sleeping alone, a little late each time, as a busy machine's does."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + 0.013


class Creeping:
    """A clock that a look at it takes a millisecond of."""

    def __init__(self, clock):
        self._clock = clock

    def __call__(self):
        self._clock.now += 0.001
        return self._clock.now


def plan(bundle=None, **changed):
    """Return a plan of single rows without faults."""
    found, wanted = card(bundle) if bundle else card(), threading.Event()
    said = {"batch": (1, 1), "errors": 0.0, "feedback": False, "seed": 1} | changed
    if said["feedback"]:
        wanted.set()
    return Plan(found, draw.columns(found), **(said | {"feedback": wanted}))


class Instant:
    """Workers whose calls take a given time on the same clock."""

    def __init__(self, clock, count, seconds):
        self.clock, self.count, self.seconds = clock, count, seconds
        self.out, self.offered = [], []

    @property
    def busy(self):
        return len(self.out)

    def offer(self, number):
        if len(self.out) == self.count:
            return False
        self.offered.append(self.clock())
        self.out.append(self.clock() + self.seconds)
        return True

    def outcomes(self):
        done = [at for at in self.out if at <= self.clock()]
        self.out = [at for at in self.out if at > self.clock()]
        return [Outcome("answered", 1, self.seconds) for _ in done]


@pytest.fixture
def shown(tmp_path):
    """Give progress that is written nowhere that matters."""
    with (tmp_path / "shown").open("w") as file:
        yield lambda clock: Plain(file, clock)


@pytest.mark.parametrize("seconds", [0.01, 1.9], ids=["quick answers", "slow answers"])
def test_calls_are_due_when_they_are_due(shown, seconds):
    """Neither slow answers nor late wake-ups add up: the hundredth is as punctual as the first."""
    clock = Clock()
    workers = Instant(clock, 16, seconds)
    found = Traffic(workers, 5, 20, shown(clock), clock, clock.sleep)
    found.run(grace=5)
    assert len(workers.offered) == 100
    late = [at - number / 5 for number, at in enumerate(workers.offered)]
    assert -1e-9 <= min(late) <= max(late) < 0.08
    assert (found.tally.sent, found.tally.unsent, len(found.tally.seconds)) == (100, 0, 100)


def test_what_the_api_can_not_keep_up_with_is_not_sent_and_said(shown):
    """No backlog that bursts out later."""
    clock = Clock()
    workers = Instant(clock, 2, 1.0)
    found = Traffic(workers, 5, 20, shown(clock), clock, clock.sleep)
    found.run(grace=5)
    assert found.tally.sent + found.tally.unsent == 100
    assert 32 <= found.tally.sent <= 42
    said = "\n".join(found.tally.summary(5, 2, 20))
    assert "can't keep up with 5 a second" in said


def test_it_ends_in_time_though_more_is_asked_for_than_can_be_offered(shown):
    """What was not even tried is told as not sent."""
    clock = Clock()
    traffic = Traffic(Instant(clock, 4, 0.0), 1e9, 2, shown(clock), Creeping(clock), clock.sleep)
    traffic.run(grace=5)
    assert clock.now < 3
    assert traffic.tally.sent > 100
    assert traffic.tally.sent + traffic.tally.unsent == 2_000_000_000


def test_it_ends_though_a_call_never_does(shown):
    """What is out at the end is said."""
    clock = Clock()
    found = Traffic(Instant(clock, 2, 1e9), 5, 1, shown(clock), clock, clock.sleep)
    found.run(grace=3)
    assert clock.now < 4.2
    assert "2 calls had no answer yet" in "\n".join(found.tally.summary(5, 2, 1))


def test_workers_make_calls_side_by_side_and_no_more_than_they_are():
    """Each with a connection of its own."""
    gate, connected = threading.Barrier(4), []

    def connect():
        connected.append(1)
        return Nowhere()

    def make(_client, number):
        gate.wait(10)
        return Outcome("answered", number)

    workers = Workers(4, connect, make)
    assert [workers.offer(number) for number in range(6)] == [True] * 4 + [False] * 2
    found = []
    deadline = time.monotonic() + 10
    while len(found) < 4 and time.monotonic() < deadline:
        found += workers.outcomes()
    assert sorted(outcome.rows for outcome in found) == [0, 1, 2, 3]
    assert workers.busy == 0
    assert workers.offer(9)
    assert len(connected) == 4


def test_what_a_worker_raises_comes_out():
    """A fault of ours is no failed call."""

    def make(_client, _number):
        raise ZeroDivisionError

    workers = Workers(1, Nowhere, make)
    workers.offer(0)
    with pytest.raises(ZeroDivisionError):
        _fetched(workers)
    workers.stop()


def _fetched(workers):
    """Return the first outcomes that come."""
    deadline = time.monotonic() + 10
    while not (found := list(workers.outcomes())):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def made(answer, number=0, **changed):
    """Make one call against an API that gives one answer; return the outcome and what was received."""
    with FakeApi() as api, Client(api.url, call.HEADERS, timeout=1) as client:
        api.on("/api/predict", answer)
        api.on("/api/feedback", says_json({"counted": 1, "repeated": 0}))
        return call.make(client, plan(**changed), number), api.received


def test_every_call_is_labelled():
    """By a header, and by who it says it is."""
    outcome, received = made(says_json({"prediction": 5.0, "receipt": "r"}), feedback=True)
    assert (outcome.kind, outcome.rows, outcome.truths) == ("answered", 1, 1)
    assert [each.path for each in received] == ["/api/predict", "/api/feedback"]
    for each in received:
        assert each.headers["x-tandem-simulated"] == "1"
        assert each.headers["user-agent"] == "tandem-simulate"


def test_a_call_is_the_same_for_the_same_seed_and_number():
    """Whichever thread makes it, in whatever order."""
    bodies = [
        made(says_json({"prediction": 5.0}), number, seed=seed)[1][0].body
        for number, seed in [(3, 1), (3, 1), (4, 1), (3, 2)]
    ]
    assert bodies[0] == bodies[1]
    assert len(set(bodies)) == 3


def test_batches_have_as_many_rows_as_was_said():
    """Each with a receipt where truths are to follow."""
    answers = says_json({"predictions": [{"prediction": 1.0, "receipt": "r"}] * 7})
    outcome, received = made(answers, batch=(7, 7), feedback=True)
    assert (outcome.kind, outcome.rows, outcome.truths) == ("answered", 7, 7)
    assert received[0].query("receipts") == "true"
    assert len(received[0].json()) == len(received[1].json()) == 7
    sizes = {len(made(answers, number, batch=(2, 4))[1][0].json()) for number in range(20)}
    assert sizes == {2, 3, 4}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says_problem(422, "The input has 1 fault."), "422 The input has 1 fault."),
        (says_problem(429, "Slower."), "429 Slower."),
        (says_json({"prediction": None}), "not an answer to each row"),
        (says_json([]), "not an answer to each row"),
        (hangs_up, "the connection was lost"),
        (never_answers, "no answer within 1 s"),
    ],
    ids=["refused", "too fast", "no number", "no answer", "hangs up", "silence"],
)
def test_anything_unexpected_is_a_failure(answer, said):
    """With its reason."""
    outcome, _ = made(answer)
    assert outcome.kind == "failed"
    assert said in outcome.why


def test_a_fault_must_be_refused():
    """422 is what was meant; an answer to it is a failure."""
    assert made(says_problem(422, "A fault."), errors=1.0)[0].kind == "refused"
    outcome, _ = made(says_json({"prediction": 5.0}), errors=1.0)
    assert outcome.kind == "failed"
    assert "a row with a fault" in outcome.why
    assert made(says_problem(500, "Oh."), errors=1.0)[0].kind == "failed"


def test_an_answer_must_be_one_of_the_models():
    """A class that the card doesn't list is none."""
    reply = partial(Reply, 200, "", seconds=0.1)
    assert call.judged(reply({"prediction": "b"}), card(BIRD), "", 1).kind == "answered"
    assert call.judged(reply({"prediction": "d"}), card(BIRD), "", 1).kind == "failed"
    assert call.judged(reply({"prediction": []}), card(BIRD), "", 1).kind == "failed"


def test_an_api_that_takes_no_more_truths_is_no_failure():
    """None is sent from then on, and the end says why."""
    wished = plan(feedback=True)
    with FakeApi() as api, Client(api.url, call.HEADERS) as client:
        api.on("/api/predict", says_json({"prediction": 5.0, "receipt": "r"}))
        api.on("/api/feedback", says_problem(429, "As much as is counted.", "feedback-full"))
        outcomes = [call.make(client, wished, number) for number in range(3)]
        assert api.count("/api/feedback") == 1
    assert [outcome.kind for outcome in outcomes] == ["answered"] * 3
    tally = Tally(sent=3)
    for outcome in outcomes:
        tally.add(outcome)
    (note,) = [line for line in tally.summary(1, 16, 3) if line.startswith("note")]
    assert "As much as is counted." in note


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0], 0.5, 3.0), ([1.0, 2.0], 0.5, 1.0), ([*range(100)], 0.95, 94), ([*range(100)], 1.0, 99)],
)
def test_a_quantile_is_a_value_that_was_measured(values, share, expected):
    """The smallest that so many do not exceed."""
    assert quantile(values, share) == expected


def test_the_summary_says_what_came_of_it():
    """Reasons by number."""
    tally = Tally(sent=4)
    for outcome in (
        Outcome("answered", 10, 0.5, truths=10),
        Outcome("refused", 10, 0.1),
        Outcome("failed", 10, 0.1, "500 Oh."),
        Outcome("failed", 10, None, "500 Oh."),
    ):
        tally.add(outcome)
    said = list(tally.summary(2, 16, 2.0))
    assert said == [
        "sent       4 calls in 2.0 s, 2.00 a second",
        "answered   1 call with 10 rows, p50 0.5000 s, p95 0.5000 s",
        "refused    1 call, as intended",
        "failures   2",
        "           2 times: 500 Oh.",
        "truths     10 sent back, all of them simulated",
    ]
    assert tally.in_words() == "4 sent, 1 answered, 1 refused as intended, 2 failures"
