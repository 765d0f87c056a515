"""Is what is online alive and right? Asked of real servers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.conftest import ROOT, Servers
from tools.deploying.environment import Given
from tools.deploying.live import api_findings, monitor_findings
from tools.local_server import free_port

GOLDENS = ROOT / "monitoring" / "goldens.json"
WELL = b'{"state": "up", "reason": "all is well"}'


def test_an_api_that_answers_right_is_alive_and_ready(api_server, nothing_set):
    """Its goldens are asked through the front door."""
    found = list(api_findings(api_server, GOLDENS, nothing_set))
    assert [each.level for each in found] == ["ok", "ok", "ok"]
    assert found[-1].says.startswith("up: ")


def test_an_api_with_other_models_than_those_here_is_a_fault(api_server, nothing_set, tmp_path):
    """What is online is not what was checked."""
    other = tmp_path / "goldens.json"
    text = GOLDENS.read_text()
    start = text.index('"sha256": "', text.index('"math-score"')) + len('"sha256": "')
    other.write_text(text[:start] + "0" * 64 + text[start + 64 :])
    found = list(api_findings(api_server, other, nothing_set))
    assert [each.level for each in found] == ["ok", "ok", "fault"]
    assert "math-score 1" in found[-1].says


def test_an_api_that_can_not_be_asked_for_want_of_a_hidden_key_is_no_fault(servers: Servers):
    """Its monitor has the key, and will tell."""
    key = {"API_KEYS": f"me:{sha256(b'secret').hexdigest()}"}
    api = servers.serve(ROOT / "ml-api", key)
    without = list(api_findings(api, GOLDENS, Given({}, frozenset(), "a file")))
    assert [each.level for each in without] == ["ok", "ok", "fault"]
    hidden = list(api_findings(api, GOLDENS, Given({}, frozenset({"MAIN_API_KEY"}), "a file")))
    assert [each.level for each in hidden] == ["ok", "ok", "not checked"]
    told = list(api_findings(api, GOLDENS, Given({"MAIN_API_KEY": "secret"}, frozenset(), "a file")))
    assert [each.level for each in told] == ["ok", "ok", "ok"]


def test_a_monitor_that_finds_its_api_up_is_well(servers: Servers, api_server, nothing_set):
    """By its own word."""
    monitor = servers.serve(ROOT / "monitoring", {"MAIN_API_URL": api_server})
    found = list(monitor_findings(monitor, nothing_set))
    assert [each.level for each in found] == ["ok", "ok"]
    assert found[-1].says.startswith("up: ")


def test_a_monitor_that_watches_nothing_is_a_fault(servers: Servers, nothing_set):
    """It says what to set."""
    found = list(monitor_findings(servers.serve(ROOT / "monitoring", {}), nothing_set))
    assert [each.level for each in found] == ["ok", "fault"]
    assert "MAIN_API_URL" in found[-1].says


class Stand(BaseHTTPRequestHandler):
    """Answers a GET with what `answer` says."""

    def answer(self) -> tuple[int, bytes]:
        """Return a status and a body."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Send it."""
        status, body = self.answer()
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def standing(handler: type[Stand]) -> Iterator[str]:
    """Serve it until the block ends; yields its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.asked = 0
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Guarded(Stand):
    """Answers as the platform does where Deployment Protection is on, but for who knows the secret."""

    def answer(self) -> tuple[int, bytes]:
        """Ask for a login, or say the state."""
        known = self.headers.get("x-vercel-protection-bypass") == "open"
        return (200, WELL) if known else (401, b"<!doctype html>Authentication Required")


@pytest.fixture
def guarded() -> Iterator[str]:
    """Serve it; yields its address."""
    with standing(Guarded) as url:
        yield url


def test_a_guard_is_said_at_once_and_its_secret_opens(guarded):
    """Waiting would not change it."""
    first, *_ = monitor_findings(guarded, Given({}, frozenset(), "a file"))
    assert (first.level, "Deployment Protection" in first.says) == ("fault", True)
    secret = Given({"VERCEL_AUTOMATION_BYPASS_SECRET": "open"}, frozenset(), "a file")
    assert [each.level for each in monitor_findings(guarded, secret)] == ["ok", "ok"]


class Late(Stand):
    """Answers as an address does that is not there yet, and the third time as a monitor."""

    def answer(self) -> tuple[int, bytes]:
        """Count the calls."""
        self.server.asked += 1
        return (200 if self.server.asked > 2 else 404), WELL


@pytest.fixture
def late() -> Iterator[str]:
    """Serve it; yields its address."""
    with standing(Late) as url:
        yield url


def test_what_is_waited_for_is_said_apart_from_findings(late, nothing_set, capsys):
    """On stderr, plainly where it is no terminal; and the address is asked until it is there."""
    assert [each.level for each in monitor_findings(late, nothing_set)] == ["ok", "ok"]
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"asking {late}/livez, for up to 60 s ...",
        f"asking {late}/api/status, which looks at the API, for up to 15 s ...",
    ]


def test_an_api_that_is_not_there_in_time_is_a_fault_with_what_to_do(nothing_set, capsys):
    """What is asked next does not wait as long again."""
    url = f"http://127.0.0.1:{free_port()}"
    alive, ready, right = api_findings(url, GOLDENS, nothing_set, wait=0)
    assert {each.level for each in (alive, ready, right)} == {"fault"}
    assert alive.says == f"{url} gives no answer: the connection was refused (waited 0 s)"
    first, then = "tells whether it was only late; if not,", "`(cd ml-api && vercel logs)` tells why"
    assert alive.do == f"`curl -i {url}/livez` {first} {then}"
    assert f"asking {url}/readyz, once ..." in capsys.readouterr().err


def test_a_monitor_that_is_not_there_leads_to_its_own_logs(nothing_set):
    """Which are another project's."""
    found = list(monitor_findings(f"http://127.0.0.1:{free_port()}", nothing_set, wait=0))
    assert [each.level for each in found] == ["fault", "fault"]
    assert all("`(cd monitoring && vercel logs)` tells why" in each.do for each in found)
