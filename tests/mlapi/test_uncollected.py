"""The collector is held off for a while, and nobody who sends much makes that for ever."""

import gc
import io
import time
import weakref
from contextlib import contextmanager

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mlapi.access.limits import Limit
from mlapi.uncollected import LONGEST, uncollected

SOON = 10.0


@contextmanager
def collector(*, on):
    """Have the collector on or off, as it is in no other test."""
    before = gc.isenabled()
    (gc.enable if on else gc.disable)()
    yield
    (gc.enable if before else gc.disable)()


@pytest.mark.parametrize("on", [True, False])
def test_it_is_as_before_once_the_last_is_through(on):
    """Whoever came first."""
    with collector(on=on):
        first, second = uncollected(), uncollected()
        first.__enter__()
        second.__enter__()
        assert not gc.isenabled()
        first.__exit__(None, None, None)
        assert not gc.isenabled()
        second.__exit__(None, None, None)
        assert gc.isenabled() == on


def test_callers_who_come_without_a_gap_do_not_hold_it_off_for_ever():
    """Each begins before the one before it is through."""
    with collector(on=True):
        begun = time.monotonic()
        last = uncollected()
        last.__enter__()
        while not gc.isenabled():
            assert time.monotonic() - begun < LONGEST + SOON
            following = uncollected()
            following.__enter__()
            last.__exit__(None, None, None)
            last = following
        last.__exit__(None, None, None)
        assert time.monotonic() - begun >= LONGEST
        assert gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled()


class Body(io.BytesIO):
    """A body that can be watched."""


@pytest.mark.parametrize(
    ("body", "calls", "status"),
    [(b"{}", 9, "422"), (b"{}" + b" " * 20_000, 9, "422"), (b"{}", 0, "429")],
    ids=["in the lane", "by Flask", "at the door"],
)
def test_what_is_refused_is_gone_without_the_collector(counting, body, calls, status):
    """However long it is held off, nothing of the call stays: no error holds the request that holds it."""
    app = counting(rate_limit=(Limit(calls + 1, 3600),)).application

    def ask():
        environ = EnvironBuilder("/api/predict", method="POST", content_type="application/json").get_environ()
        sent = Body(body)
        environ |= {"wsgi.input": sent, "CONTENT_LENGTH": str(len(body))}
        return weakref.ref(sent), run_wsgi_app(app, environ)[1]

    ask()
    with collector(on=False):
        sent, said = ask()
        assert said.startswith(status)
        assert sent() is None
