"""What a server may not do in the check that comes before the timing."""

import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bench import agree
from bench.contender import Contender
from bench.contenders import model, wire
from tools.local_server import free_port

TOLERANCE = model.card()["tolerance"]["absolute"]
Answer = Callable[[list[Any]], bytes]
"""Rows that were asked -> an answer's body."""


def contender(form: wire.Wire = wire.NAIVE, kind: Any = "peer") -> Contender:
    """Return one that is already running somewhere."""
    return Contender(
        name="made-up",
        title="made up",
        kind=kind,
        folder=Path(),
        command=lambda port: [],
        body=form.body,
        read=form.read,
        path="/ask",
    )


@contextmanager
def serving(answer: Answer, status: int = 200) -> Iterator[str]:
    """Serve answers to lists of rows; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer at the one path that is asked."""
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = answer(asked)
            self.send_response(status if self.path == "/ask" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def right(rows: list[Any]) -> list[float]:
    """Return scikit-learn's answers."""
    known = dict(zip(map(json.dumps, model.rows(agree.ROWS)), agree.predicted(), strict=True))
    return [known[json.dumps(row)] for row in rows]


def said(answers: list[float]) -> bytes:
    """Return an answer's body."""
    return json.dumps({"predictions": answers}).encode()


def last_off(by: float) -> Answer:
    """Return answers that are right but for the last row of a batch."""

    def answer(rows: list[Any]) -> bytes:
        *others, last = right(rows)
        return said([*others, last + (by if others else 0.0)])

    return answer


def test_right_answers_pass() -> None:
    """As far off as they are."""
    with serving(lambda rows: said(right(rows))) as address:
        assert agree.check(address, contender()) == 0.0
    with serving(last_off(TOLERANCE / 2)) as address:
        assert agree.check(address, contender()) == pytest.approx(TOLERANCE / 2, rel=1e-6)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (last_off(2 * TOLERANCE), r"is off by up to 0\.000298996; 0\.00015 is allowed"),
        (lambda rows: said(right(rows)[::-1]), r"is off by up to [0-9.]+; "),
        (last_off(math.nan), "can't be read"),
        (last_off(math.inf), "can't be read"),
        (lambda rows: said(right(rows)[:-1]), "gives 0 answers to 1 rows"),
        (lambda rows: said(right(rows) * 2), "gives 2 answers to 1 rows"),
        (lambda rows: b"<html>", "can't be read: b'<html>'"),
        (lambda rows: b"[]", "can't be read"),
        (lambda rows: b'{"predictions": null}', "can't be read"),
        (lambda rows: b'{"predictions": ["much"]}', "can't be read"),
        (lambda rows: b"\xff", "can't be read"),
    ],
    ids=["off", "reversed", "nan", "infinite", "fewer", "more", "html", "list", "null", "word", "bytes"],
)
def test_a_wrong_answer_is_caught(answer: Answer, reason: str) -> None:
    """In one row of the batch too; the contender is named."""
    with serving(answer) as address, pytest.raises(agree.Disagrees, match=f"^made-up {reason}"):
        agree.check(address, contender())


def test_a_refusal_is_no_answer() -> None:
    """Though its body were right."""
    refusing = serving(lambda rows: said(right(rows)), status=500)
    with refusing as address, pytest.raises(agree.Disagrees, match=r"^made-up answers 500 to 1 rows: "):
        agree.check(address, contender())


def test_nobody_answers() -> None:
    """A server that ended is named too."""
    with pytest.raises(agree.Disagrees, match=r"^made-up does not answer 1 rows: ConnectionRefusedError"):
        agree.check(f"http://127.0.0.1:{free_port()}", contender())


def test_an_echo_has_to_echo() -> None:
    """And needs to predict nothing."""
    echo = contender(wire.ECHO, "floor")
    with serving(lambda rows: json.dumps(rows).encode()) as address:
        assert agree.check(address, echo) == 0.0
    less = serving(
        lambda rows: json.dumps({**rows, "lunch": ""} if isinstance(rows, dict) else rows).encode()
    )
    with less as address, pytest.raises(agree.Disagrees, match=r"^made-up does not return what it was sent"):
        agree.check(address, echo)


def test_rows_are_varied_valid_and_the_same_each_time() -> None:
    """The goldens are among them, and every value of every category."""
    rows = model.rows(agree.ROWS)
    assert rows == model.rows(agree.ROWS)
    assert rows[: len(model.goldens())] == model.goldens()
    assert len({json.dumps(row) for row in rows}) > 290
    for name, feature in model.card()["input"]["properties"].items():
        seen = {row[name] for row in rows}
        if "enum" in feature:
            assert seen == set(feature["enum"])
        else:
            assert feature["minimum"] <= min(seen) < max(seen) <= feature["maximum"]


def test_what_is_expected_is_what_training_wrote() -> None:
    """The goldens' answers in the card came from the same file."""
    goldens = [golden["prediction"] for golden in model.card()["goldens"]]
    assert agree.predicted()[: len(goldens)] == pytest.approx(goldens, rel=0, abs=1e-9)
