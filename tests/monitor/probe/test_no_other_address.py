"""A monitor calls the address that it was told and no other, whatever that one answers.

A whole monitor runs against hostile APIs, in a process that notes every call and every name that it looks
up; a canary listens where they try to lure it.
"""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.monitor.fake_api import (
    MATH,
    FakeApi,
    FakeModel,
    says,
    says_json,
    says_raw,
)
from tests.monitor.probe import watcher

ROOT = Path(__file__).resolve().parents[3]
PATHS = {f"/api/{name}" for name in ("health", "models", "model-info", "predict", "metrics")}
Lure = Callable[[FakeApi, str], None]


class Canary:
    """A server that answers nobody, and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.at = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, once all who came are counted."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                peer.close()
                self.visits += 1


def redirects(status: int, location: str) -> Lure:
    """Return what sends every call elsewhere."""
    return lambda api, at: api.on("*", says(b"moved", status, headers={"Location": location.format(at)}))


def named(name: str, version: str = "1") -> Lure:
    """Return what lists and gives a model of a hostile name, which health has for its default."""

    def lure(api: FakeApi, at: str) -> None:
        model = FakeModel(name.format(at), version.format(at))
        default = {"name": model.name, "version": model.version}
        api.on("/api/models", says_json({"models": [model.listed(default=True)]}))
        api.on("/api/model-info", says_json(model.info()))
        api.on("/api/health", says_json({"status": "healthy", "default_model": default, "checks": {}}))

    return lure


def beside_a_good_one(name: str) -> Lure:
    """Return what lists a hostile name after the default model."""

    def lure(api: FakeApi, at: str) -> None:
        listed = [MATH.listed(default=True), FakeModel(name.format(at)).listed(default=False)]
        api.on("/api/models", says_json({"models": listed}))

    return lure


def written_everywhere(api: FakeApi, at: str) -> None:
    """Put an address wherever a text can stand: in the card, its run, health and the metrics."""
    link = f"http://{at}/"
    data = {"source": link, "licence": link, "rows": 1, "synthetic": False, "note": f"<img src={link}>"}
    ref = {"$ref": link, "$schema": link, "$id": link}
    told = {"title": f'<script src="{link}"></script>', "input": ref, "links": [link], "data": data}
    api.models[0] = FakeModel(card={**told, "plots": ref, "output": {"name": link, "unit": link}})
    named_so = {"name": MATH.name, "version": MATH.version}
    checks = {link: {"state": "broken", "reason": link}}
    said = {"status": "degraded", "default_model": named_so, "checks": checks, "reason": link, "next": link}
    api.on("/api/health", says_json(said, headers={"Refresh": f"0; url={link}"}))
    api.on("/api/metrics", says(f'requests_total{{url="{link}"}} 1\n'.encode(), media="text/plain"))


def asks_for(status: int, header: str, value: str) -> Lure:
    """Return what answers every call with a wish."""
    return lambda api, at: api.on("*", says(b"", status, headers={header: value.format(at)}))


def hints(api: FakeApi, at: str) -> None:
    """Answer with early hints, another protocol's address, a cookie for all, and links."""
    extra = {
        "Alt-Svc": f'h2="{at}"; ma=9999',
        "Link": f"<http://{at}/>; rel=preload",
        "Set-Cookie": "session=stolen; Path=/",
        "Content-Location": f"http://{at}/",
        "Strict-Transport-Security": "max-age=99999",
    }
    listed = {"models": [MATH.listed(default=True)]}
    api.on("/api/models", says_json(listed, headers=extra))
    api.on("/api/health", says_raw(f"HTTP/1.1 103 Hint\r\nLink: <http://{at}/>\r\n\r\n".encode()))


MOVED = (301, 302, 303, 307, 308)
LURES: dict[str, tuple[Lure, set[str]]] = {
    **{f"redirect-{code}": (redirects(code, "http://{}/api/health"), {"down"}) for code in MOVED},
    "redirect-305": (redirects(305, "http://{}"), {"down"}),
    "redirect-without-scheme": (redirects(307, "//{}/api/health"), {"down"}),
    "redirect-with-login": (redirects(307, "http://me:secret@{}/"), {"down"}),
    "redirect-to-itself": (redirects(307, "/elsewhere"), {"down"}),
    "redirect-to-a-file": (redirects(302, "file:///dev/zero"), {"down"}),
    "moved-201": (asks_for(201, "Location", "http://{}/"), {"down"}),
    "refresh": (asks_for(200, "Refresh", "0; url=http://{}/"), {"down"}),
    "basic": (asks_for(401, "WWW-Authenticate", 'Basic realm="http://{}"'), {"down"}),
    "digest": (asks_for(401, "WWW-Authenticate", 'Digest nonce="b", domain="http://{}"'), {"down"}),
    "proxy": (asks_for(407, "Proxy-Authenticate", 'Basic realm="{}"'), {"down"}),
    "retry-after": (asks_for(503, "Retry-After", "0"), {"down"}),
    "name-above": (named("../../elsewhere"), {"down"}),
    "name-address": (named("http://{}/"), {"down"}),
    "name-host": (named("@{}"), {"down"}),
    "name-lines": (named("x\r\nHost: {}\r\n"), {"down"}),
    "name-query": (named("x&model=y#"), {"down"}),
    "version-address": (named("x", "//{}"), {"down"}),
    "second-name-address": (beside_a_good_one("http://{}/"), {"up", "degraded"}),
    "second-name-above": (beside_a_good_one("../../api/health"), {"up", "degraded"}),
    "texts": (written_everywhere, {"degraded"}),
    "hints": (hints, {"degraded"}),
    "nothing-wrong": (lambda api, at: None, {"up"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Give, by lure: what the monitor's process called, what the API received, and the canary's visits."""
    folder, canary = tmp_path_factory.mktemp("watched"), Canary()
    (folder / ".netrc").write_text(
        f"default login me password secret\nmachine {canary.at} login a password b\n"
    )
    (folder / ".netrc").chmod(0o600)
    with ExitStack() as stack:
        stack.callback(canary.close)
        apis = {name: stack.enter_context(FakeApi()) for name in LURES}
        for name, (lure, _) in LURES.items():
            lure(apis[name], canary.at)
        lines = watched(folder, canary.at, [f"http://localhost:{api.port}" for api in apis.values()])
        told = dict(zip(LURES, map(json.loads, lines), strict=True))
        yield {"told": told, "apis": apis, "canary": canary}


def watched(folder: Path, lure: str, urls: list[str]) -> list[str]:
    """Return what a process prints that watches these, while its environment points elsewhere."""
    names = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "socks_proxy")
    proxies = {each: f"http://{lure}" for name in names for each in (name, name.upper())}
    own = {"HOME": str(folder), "NETRC": str(folder / ".netrc"), "no_proxy": "", "NO_PROXY": ""}
    own["PYTHONPATH"] = os.pathsep.join([str(ROOT / "monitoring"), str(ROOT)])
    command = [sys.executable, watcher.__file__, str(folder), *urls]
    env = {**os.environ, **proxies, **own}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("lure", LURES)
def test_nobody_is_called_but_the_api(seen: dict[str, Any], lure: str) -> None:
    """Nor is another name looked up, a program started or a file of passwords read."""
    told, port = seen["told"][lure], str(seen["apis"][lure].port)
    hosts = {"localhost", "127.0.0.1", "::1"}
    strangers = [each for each in told["called"] if each[1] not in hosts or each[2:] != [port]]
    assert strangers == []
    assert {each[0] for each in told["called"]} == {"socket.connect", "socket.getaddrinfo"}
    assert set(told["states"]) <= LURES[lure][1], told["states"]


@pytest.mark.slow
def test_the_canary_was_never_visited(seen: dict[str, Any]) -> None:
    """And it would have noticed."""
    canary = seen["canary"]
    assert canary.visits == 0
    host, port = canary.at.split(":")
    with socket.create_connection((host, int(port)), 5) as caller:
        assert caller.recv(1) == b""
    canary.close()
    assert canary.visits == 1


@pytest.mark.slow
@pytest.mark.parametrize("lure", LURES)
def test_only_the_agreed_paths_are_asked_with_the_agreed_secrets(seen: dict[str, Any], lure: str) -> None:
    """Also of the API itself: no redirect within it is followed, no wish for a login or cookie met."""
    received = seen["apis"][lure].received
    assert {each.path for each in received} <= PATHS
    assert {each.headers.get("authorization") for each in received} <= {
        None,
        "Bearer the-key",
        "Bearer the-token",
    }
    assert not any({"cookie", "proxy-authorization"} & set(each.headers) for each in received)
    assert all(each.headers["host"] == f"localhost:{seen['apis'][lure].port}" for each in received)
    keyed = {each.path for each in received if each.headers.get("authorization") == "Bearer the-key"}
    assert keyed <= {"/api/predict"}


@pytest.mark.slow
def test_a_name_is_looked_up_once_a_probe(seen: dict[str, Any]) -> None:
    """However many calls it makes, so that they all go to the same addresses."""
    called = seen["told"]["nothing-wrong"]["called"]
    lookups = [each for each in called if each[0] == "socket.getaddrinfo"]
    # The first visit's probe and one for each forced check; a live reading or two.
    assert 4 <= len(lookups) <= 7
    assert len(called) - len(lookups) > 2 * len(lookups)
