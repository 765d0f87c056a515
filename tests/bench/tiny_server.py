"""A contender's server for tests: `python tiny_server.py PORT MODE`; it doubles the number of each row.

MODE: right, wrong (off by one), late (503 to its first 20 calls), failing (500 to every third call but the
first), mortal (ends at its 30th call), gone (ends at once), doubting (off by one after 40 calls), family
(right, with a child in a session of its own; it writes both their numbers into a file).
"""

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MODE = sys.argv[2]


class Handler(BaseHTTPRequestHandler):
    """Answers a list of numbers."""

    protocol_version = "HTTP/1.1"
    calls = 0

    def do_POST(self) -> None:
        """Answer one call, or spoil it."""
        Handler.calls += 1
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if MODE == "mortal" and Handler.calls == 30:
            print("no memory left", flush=True)
            os._exit(7)
        off = 1 if MODE == "wrong" or (MODE == "doubting" and Handler.calls > 40) else 0
        body = json.dumps([2 * each["value"] + off for each in sent]).encode()
        self.send_response(self.status())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def status(self) -> int:
        """Return what this call gets."""
        if MODE == "late" and Handler.calls <= 20:
            return 503
        return 500 if MODE == "failing" and Handler.calls > 5 and Handler.calls % 3 == 0 else 200

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


class Server(ThreadingHTTPServer):
    """Has a thread for each connection."""

    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a caller who hung up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve until it is ended."""
    if MODE == "gone":
        sys.exit("no such model")
    if MODE == "family":
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
        Path(sys.argv[3]).write_text(f"{os.getpid()} {child.pid}")
    with Server(("127.0.0.1", int(sys.argv[1])), Handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
