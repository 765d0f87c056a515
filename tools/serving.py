"""A small web server for a tool's own numbers: on this machine alone, in threads, quiet."""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from flask import Flask, Response, json, request
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from werkzeug.exceptions import HTTPException

from tools.local_server import HOST
from tools.terminal import ToolError

PATIENCE = 10
"""Seconds for a caller to say what it wants."""


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: a scrape every few seconds would bury what matters."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind without asking what this machine is called, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller who went away or came to speak no HTTP."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def application(said: Mapping[str, str]) -> Flask:
    """Return an app that lists its addresses at / and answers errors as JSON."""
    app = Flask("tools", static_folder=None)

    @app.get("/")
    def get_addresses() -> Response:
        return as_json(dict(said))

    @app.errorhandler(HTTPException)
    def say(error: HTTPException) -> Response:
        response = as_json({"status": error.code, "title": error.name}, error.code or 500)
        response.headers.extend(each for each in error.get_headers() if each[0] == "Allow")
        return response

    return app


def as_json(said: Mapping[str, Any], status: int = 200) -> Response:
    """Return an answer as JSON, readable by a person."""
    text = json.dumps(said, indent=1, sort_keys=False) + "\n"
    return Response(text, status, content_type="application/json")


def as_metrics(collector: Collector) -> Response:
    """Return a collector's families as the request's Accept wants them: Prometheus text or OpenMetrics."""
    try:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    except (TypeError, ValueError):  # A version in Accept that is none.
        encode, content_type = choose_encoder("")
    return Response(encode(collector), content_type=content_type, headers={"Vary": "Accept"})


@contextmanager
def served(app: Flask, port: int) -> Iterator[str]:
    """Serve an app in the background; yields its address. Raises ToolError where the port is taken."""
    try:
        server = _Server((HOST, port), _Handler)
    except OSError as error:
        raise ToolError(
            f"Port {port} can't be used ({error.strerror}); choose another one with --port."
        ) from error
    server.set_app(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
