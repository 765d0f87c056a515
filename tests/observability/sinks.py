"""Where messages arrive in a test: a webhook, something shaped like Slack, and a mail server."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tools import local_server

Told = tuple[str, str]
"""An alert's name, and `firing` or `resolved`."""
PASSWORD = "a password of a test"  # noqa: S105 - that of the server below


class Sink:
    """What arrived by one channel."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.told: set[Told] = set()


class Webhook(Sink):
    """Keeps what Alertmanager posts."""

    def __init__(self) -> None:
        super().__init__()
        self.alerts: list[dict[str, Any]] = []

    def take(self, said: dict[str, Any]) -> None:
        """Keep a message."""
        self.alerts += said["alerts"]
        self.told |= {(each["labels"]["alertname"], each["status"]) for each in said["alerts"]}


class Slack(Sink):
    """Keeps what Slack's incoming webhook would show."""

    def take(self, said: dict[str, Any]) -> None:
        """Keep a message."""
        text = "".join(f"{each['title']}\n{each['text']}" for each in said["attachments"])
        self.texts.append(text)
        self.told |= _read(re.findall(r"^(\w+), (since|from) ", text, re.MULTILINE))


class Mail(Sink):
    """Keeps mail, from who knows the password."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep a message; its parts must say the same."""
        if not session.authenticated:
            return "530 Who are you?"
        message = message_from_bytes(envelope.content, policy=policy.default)
        text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
        self.texts.append(f"{message['subject']}\n{text}\n{html}")
        self.told |= _read(re.findall(r"^  alert +(\w+) .*\n  when +(since|from) ", text, re.MULTILINE))
        return "250 OK"


def _read(found: list[Told]) -> set[Told]:
    return {(name, "firing" if word == "since" else "resolved") for name, word in found}


@contextmanager
def posted(sink: Webhook | Slack) -> Iterator[str]:
    """Serve a sink that takes JSON; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sink.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((local_server.HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{local_server.HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def mailed(sink: Mail) -> Iterator[str]:
    """Serve a mail server; gives its host and port."""
    port = local_server.free_port()
    options = {"authenticator": _known, "auth_require_tls": False}
    # Its LOGIN asks in other words than Alertmanager expects; PLAIN is a standard.
    exclude = {"auth_exclude_mechanism": ["LOGIN"]}
    controller = Controller(sink, hostname=local_server.HOST, port=port, **options, **exclude)
    controller.start()
    try:
        yield f"{local_server.HOST}:{port}"
    finally:
        controller.stop()


def _known(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)
