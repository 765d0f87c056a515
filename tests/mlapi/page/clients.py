"""Runs a snippet as the person who copied it would, and a server that writes down what came."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

COMMANDS: dict[str, Callable[[str], list[str]]] = {
    "curl": lambda text: ["sh", "-c", text],
    "python": lambda text: [sys.executable, "-c", text],
    "javascript": lambda text: ["node", "--input-type=module", "-e", text],
}
LANGUAGES = tuple(COMMANDS)
OLDEST_NODE = 18
"""The first whose fetch needs no package."""


def missing(language: str) -> str:
    """Say what this machine lacks to run a snippet; empty when it can."""
    if language == "curl":
        return "" if shutil.which("curl") else "curl is not on PATH"
    if language == "javascript":
        return _missing_node()
    return ""


def _missing_node() -> str:
    if not shutil.which("node"):
        return "node is not on PATH"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    new_enough = int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE
    return "" if new_enough else f"node {version} is older than {OLDEST_NODE}"


def run(language: str, text: str) -> str:
    """Run a snippet and return what it printed; it has to end well."""
    done = subprocess.run(COMMANDS[language](text), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Heard:
    """What the last caller sent."""

    path: str
    headers: dict[str, str]
    body: Any


@contextmanager
def listening() -> Iterator[tuple[str, Heard]]:
    """Give the address of a server that answers any POST with {}, and what it hears."""
    heard = Heard()

    class Answer(BaseHTTPRequestHandler):
        """Writes down, and answers."""

        def do_POST(self) -> None:
            """Take a call."""
            content = self.rfile.read(int(self.headers["Content-Length"]))
            heard.path, heard.headers, heard.body = self.path, dict(self.headers), json.loads(content)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()
        thread.join()
