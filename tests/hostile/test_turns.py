"""Few requests are worked on at once, and none of those has to wait for its body."""

import io
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from mlapi.turns import Turns, let_others

SOON = 10.0
GOT = {"REQUEST_METHOD": "GET"}
POSTED = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "2"}
CHUNKED = {"REQUEST_METHOD": "POST", "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
HTTP_2 = {"REQUEST_METHOD": "POST", "SERVER_PROTOCOL": "HTTP/2"}


class Slow(io.BytesIO):
    """A body that comes once it is let."""

    def __init__(self):
        super().__init__(b"{}\n{}")
        self.awaited, self.come = threading.Event(), threading.Event()

    def read(self, *size):
        """Wait, then return it."""
        self.awaited.set()
        assert self.come.wait(SOON)
        return super().read(*size)

    readline = read


@contextmanager
def asking(app, environ):
    """Ask in a thread, and wait for its end."""
    thread = threading.Thread(target=app, args=(environ, lambda *_: None))
    thread.start()
    yield thread
    thread.join(SOON)
    assert not thread.is_alive()


@pytest.mark.parametrize("read", ["read", "readline", "readlines", "__iter__"])
@pytest.mark.parametrize(
    "head",
    [POSTED, CHUNKED, HTTP_2, GOT | {"CONTENT_LENGTH": "2"}],
    ids=["with a length", "in chunks", "in HTTP/2", "with a question"],
)
def test_who_waits_for_a_body_has_no_turn(head, read):
    """Though all turns would be taken by one."""
    answered = []

    def app(environ, _):
        if "slow" in environ:
            [*getattr(environ["wsgi.input"], read)()]
        answered.append("slow" in environ)
        return []

    turns, slow = Turns(app, most=1), Slow()
    with asking(turns, {**head, "wsgi.input": slow, "slow": True}):
        assert slow.awaited.wait(SOON)
        for _ in range(3):
            turns({**GOT, "wsgi.input": io.BytesIO()}, lambda *_: None)
        assert answered == [False] * 3
        slow.come.set()
    assert len(answered) == 4


def test_no_turn_is_lost_between_many_slow_callers_and_many_others():
    """Whoever's turn was taken gets one again before it goes on, and none is made."""
    working, most = [], []

    def app(environ, _):
        environ["wsgi.input"].read()
        working.append(None)
        most.append(len(working))
        working.pop()
        return []

    turns, slow = Turns(app, most=3), [Slow() for _ in range(20)]
    with ExitStack() as stack:
        for body in slow:
            stack.enter_context(asking(turns, {**POSTED, "wsgi.input": body}))
        for at in range(100):
            turns({**POSTED, "wsgi.input": io.BytesIO()}, None)
            slow[at % 20].come.set()
    assert len(most) == 120
    assert max(most) <= 3
    assert turns._free.qsize() == 3


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize(
    "head",
    [GOT, GOT | {"CONTENT_LENGTH": "2"}, POSTED],
    ids=["without a body", "with one that nobody reads", "behind its body"],
)
def test_no_more_are_worked_on_at_once(most, head):
    """The others wait for their turn."""
    working, go = threading.Semaphore(0), threading.Event()
    seen = []

    def app(environ, _):
        if head is POSTED:
            environ["wsgi.input"].read()
        seen.append(None)
        working.release()
        assert go.wait(SOON)
        return []

    turns = Turns(app, most)
    threads = [
        threading.Thread(target=turns, args=({**head, "wsgi.input": io.BytesIO(b"{}")}, None))
        for _ in range(most + 2)
    ]
    for thread in threads:
        thread.start()
    for _ in range(most):
        assert working.acquire(timeout=SOON)
    assert not working.acquire(timeout=0.2)
    assert len(seen) == most
    go.set()
    for thread in threads:
        thread.join(SOON)
    assert len(seen) == most + 2


def test_who_takes_long_lets_others_go_before():
    """Four who have something explained would else hold up whoever asks whether this lives."""
    begun, asked, answered = threading.Event(), threading.Event(), []

    def app(environ, _):
        if "long" in environ:
            begun.set()
            assert asked.wait(SOON)
            until = time.monotonic() + SOON
            while not answered and time.monotonic() < until:
                let_others(environ)
        answered.append("long" in environ)
        return []

    turns = Turns(app, most=1)
    with asking(turns, {**GOT, "wsgi.input": io.BytesIO(), "long": True}):
        assert begun.wait(SOON)
        with asking(turns, {**GOT, "wsgi.input": io.BytesIO()}):
            asked.set()
    assert answered == [False, True]


def test_without_turns_nobody_waits_for_one():
    """The platform asks the application itself."""
    let_others(dict(GOT))


@pytest.mark.parametrize("at", ["before", "behind"])
def test_a_failure_gives_the_turn_back(at):
    """Of the application, or of a caller who hangs up."""

    class Gone(io.BytesIO):
        def read(self, *_):
            raise OSError("gone")

    def app(environ, _):
        environ["wsgi.input"].read()
        raise RuntimeError("nobody expected that")

    turns = Turns(app, most=1)
    for _ in range(3):
        with pytest.raises(OSError if at == "before" else RuntimeError):
            turns({**POSTED, "wsgi.input": Gone() if at == "before" else io.BytesIO()}, None)
