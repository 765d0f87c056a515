"""A real TCP server that answers like the API, or as badly as a test wants.

with FakeApi(models=[MATH]) as api:
    api.on("/api/health", says_json({"status": "degraded", "checks": {}}))
    probe(Api(api.url, ...), ...)
    assert api.count("/api/predict") == 1
"""

import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

SHA = "0728" + "a" * 60
OTHER_SHA = "abcd1234" + "e" * 56


@dataclass(frozen=True)
class Received:
    """One request as it came in; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Return the path without the query."""
        return urlsplit(self.target).path

    def query(self, name: str) -> str | None:
        """Return a query parameter."""
        return parse_qs(urlsplit(self.target).query).get(name, [None])[0]

    def json(self) -> Any:
        """Return the body's value."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Exchange:
    """A connection with its request, for an answer to write to."""

    peer: socket.socket
    received: Received
    stopped: threading.Event

    def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.peer.sendall(data)


Answer = Callable[[Exchange], None]


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


def says(
    body: bytes, status: int = 200, media: str = "text/html", headers: Mapping[str, str] | None = None
) -> Answer:
    """Answer with a body and its length; given headers win over the usual ones."""
    usual = {"Content-Type": media, "Content-Length": str(len(body))}
    return says_raw(_head(status, usual | dict(headers or {})) + body)


def says_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with JSON."""
    return says(json.dumps(value).encode(), status, "application/json", headers)


def says_problem(status: int, detail: str, kind: str = "internal") -> Answer:
    """Answer with problem+json."""
    said = {"type": f"urn:tandem:problem:{kind}", "title": "T", "status": status, "detail": detail}
    return says(json.dumps(said).encode(), status, "application/problem+json")


def says_gzip(body: bytes, media: str = "application/json") -> Answer:
    """Answer with a compressed body."""
    return says(gzip.compress(body), media=media, headers={"Content-Encoding": "gzip"})


def says_raw(data: bytes) -> Answer:
    """Answer with bytes that need not be HTTP, and close."""
    return lambda exchange: exchange.send(data)


def drips(data: bytes, *, first: bytes = b"", every: float = 0.1) -> Answer:
    """Send `first`, then `data` byte by byte, over and over."""

    def answer(exchange: Exchange) -> None:
        exchange.send(first)
        while True:
            for at in range(len(data)):
                if exchange.stopped.wait(every):
                    return
                exchange.send(data[at : at + 1])

    return answer


def never_answers(exchange: Exchange) -> None:
    """Take the request and say nothing until the server stops or the caller goes."""
    exchange.peer.settimeout(0.1)
    while not exchange.stopped.is_set():
        with suppress(TimeoutError):
            if not exchange.peer.recv(1):
                return


def hangs_up(exchange: Exchange) -> None:
    """Take the request and close."""


def after(seconds: float, answer: Answer) -> Answer:
    """Answer late."""

    def late(exchange: Exchange) -> None:
        if not exchange.stopped.wait(seconds):
            answer(exchange)

    return late


@dataclass(frozen=True)
class FakeModel:
    """A made-up model: goldens, and what it answers to them (which a test may falsify)."""

    name: str = "math-score"
    version: str = "1"
    sha256: str = SHA
    task: str = "regression"
    tolerance: float = 1e-4
    goldens: Sequence[dict[str, Any]] = (
        {"input": {"reading_score": 72}, "prediction": 66.02},
        {"input": {"reading_score": 100}, "prediction": 94.33},
        {"input": {"reading_score": 21}, "prediction": 25.42},
    )
    answers: Sequence[dict[str, Any]] | None = None
    card: dict[str, Any] = field(default_factory=dict)
    run_seconds: float = 2.0

    def pin(self) -> Any:
        """Return what goldens.json holds of it."""
        tolerance = {"absolute": self.tolerance}
        return {
            "sha256": self.sha256,
            "task": self.task,
            "tolerance": tolerance,
            "goldens": list(self.goldens),
        }

    def listed(self, *, default: bool) -> dict[str, Any]:
        """Return its entry of /api/models."""
        entry = {"name": self.name, "version": self.version, "state": "ready", "default": default}
        return entry | {"title": self.name, "task": self.task, "engine": "onnx", "sha256": self.sha256}

    def info(self) -> dict[str, Any]:
        """Return its answer of /api/model-info."""
        return {
            "bundle": _card(self) | self.card,
            "run": run(self.run_seconds),
            "failed_run": None,
            "sha256": self.sha256,
        }

    def predictions(self) -> dict[str, Any]:
        """Return its answer to its goldens."""
        kept = ("prediction", "probabilities")
        answers = self.answers or [
            {key: golden[key] for key in kept if key in golden} for golden in self.goldens
        ]
        model = {"name": self.name, "version": self.version, "sha256": self.sha256}
        return {"id": "1", "predictions": list(answers), "model": model}


MATH = FakeModel()
PENGUINS = FakeModel(
    "penguins",
    sha256="de0f" + "b" * 60,
    task="classification",
    goldens=(
        {"input": {"mass": 3750}, "prediction": "Adelie", "probabilities": {"Adelie": 0.9, "Gentoo": 0.1}},
        {"input": {"mass": 5000}, "prediction": "Gentoo", "probabilities": {"Adelie": 0.2, "Gentoo": 0.8}},
    ),
)


def run(seconds: float = 2.0) -> dict[str, Any]:
    """Return a made-up training run."""
    stages = [{"name": "data_ingestion", "success": True, "seconds": 0.5}]
    times = {"started_at": "2026-01-31T12:00:00Z", "finished_at": "2026-01-31T12:00:02Z", "seconds": seconds}
    return {"pipeline": "math-score", "success": True, "stages": stages, **times}


def _card(model: FakeModel) -> dict[str, Any]:
    score = "r2" if model.task == "regression" else "accuracy"
    data = {"source": "made up", "licence": "none", "rows": 100, "synthetic": True, "note": "A note."}
    return {
        **{key: value for key, value in model.pin().items() if key != "sha256"},
        **{"name": model.name, "version": model.version, "title": f"The model {model.name}"},
        "engine": {"name": "onnx", "form": "columns", "reason": "it agrees"},
        "features": [{"name": name} for name in model.goldens[0]["input"]],
        "output": {"name": "target", "unit": "points" if score == "r2" else None},
        "scores": {score: {"value": 0.86, "low": 0.84, "high": 0.88, "dummy": -0.01}},
        "scoring": {"method": "cross-validation", "rows": 100},
        "floors": {"score": score, "warning": 0.8, "critical": 0.7},
        "data": data,
    }


class FakeApi:
    """A server on loopback. The first model is the default one."""

    def __init__(self, models: Sequence[FakeModel] = (MATH,), tls: ssl.SSLContext | None = None) -> None:
        self.models = list(models)
        self.received: list[Received] = []
        self.answers: dict[str, Answer] = {}
        self._stopped = threading.Event()
        self._tls = tls
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> "FakeApi":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with suppress(OSError):  # Wakes accept().
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def on(self, path: str, answer: Answer) -> None:
        """Answer a path (or, as "*", every one) in another way from now on."""
        self.answers[path] = answer

    def pins(self) -> dict[tuple[str, str], Any]:
        """Return what a monitor that knows these models expects."""
        return {(model.name, model.version): model.pin() for model in self.models}

    def count(self, path: str) -> int:
        """Return how often a path was asked."""
        return sum(received.path == path for received in self.received)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True, name="fake-api")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, peer)

    def _serve(self, plain: socket.socket) -> None:
        # A caller may go at any moment: that is what is tested.
        with plain, suppress(OSError), self._secured(plain) as peer:
            received = _read(peer)
            if received is not None:
                self.received.append(received)
                self._answer(received)(Exchange(peer, received, self._stopped))
                _end(peer)

    def _secured(self, plain: socket.socket) -> socket.socket:
        plain.settimeout(20)
        return self._tls.wrap_socket(plain, server_side=True) if self._tls else plain

    def _answer(self, received: Received) -> Answer:
        if received.path in self.answers:
            return self.answers[received.path]
        return self.answers.get("*", None) or self._well(received)

    def _well(self, received: Received) -> Answer:
        """Answer as a healthy API does that exposes no metrics."""
        default = self.models[0]
        name, version = received.query("model") or default.name, received.query("version")
        asked = [m for m in self.models if m.name == name and version in (None, m.version)]
        end = received.path.rsplit("/api/", 1)[-1]
        if end in ("predict", "model-info") and not asked:
            return says_problem(404, "There is no such model or version.", "unknown-model")
        if end == "predict":
            return says_json(asked[0].predictions())
        if end == "model-info":
            return says_json(asked[0].info())
        if end == "models":
            return says_json({"models": [m.listed(default=m is default) for m in self.models]})
        if end == "health":
            named = {"name": default.name, "version": default.version}
            return says_json({"status": "healthy", "default_model": named, "checks": {}})
        return says_problem(404, "There is nothing at this address.", "not-found")


def _read(peer: socket.socket) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = peer.recv(65536)
        if not part:
            return None
        data += part
        if data[:1] == b"\x16":  # TLS: every server says something to that.
            peer.sendall(b"HTTP/1.1 400 Whatever\r\n\r\n")
            return None
    head, body = data.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += peer.recv(65536)
    method, target, _ = first.split(" ")
    return Received(method, target, headers, body)


def _end(peer: socket.socket) -> None:
    """Close so that what was sent still arrives: a caller that sends on would get a reset."""
    peer.shutdown(socket.SHUT_WR)
    peer.settimeout(0.5)
    while peer.recv(65536):
        pass
