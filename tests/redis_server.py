"""A real Redis on a loopback port, which a test may stop, freeze and start again."""

import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path

import redis

from tools.local_server import HOST, free_port

FOUND = shutil.which("redis-server")
MISSING = "redis-server is not installed"


class RedisServer:
    """One server in a folder of its own; it keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, secret: str = "") -> str:
        """Return the address, with a password if one is given."""
        return f"redis://{f':{secret}@' if secret else ''}{HOST}:{self.port}/0"

    def client(self, **options) -> redis.Redis:
        """Return a plain client, which the caller closes."""
        return redis.Redis(host=HOST, port=self.port, decode_responses=True, **options)

    def start(self, *options: str) -> "RedisServer":
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", HOST, "--save", "", *options],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 30
        while not self._listens():
            assert self._process.poll() is None, "redis-server ended"
            assert time.monotonic() < deadline, "redis-server does not listen"
            time.sleep(0.02)
        return self

    def freeze(self) -> None:
        """Let it hang: connections are taken and never answered."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._send(signal.SIGCONT)

    def stop(self) -> None:
        """End it at once, if it runs."""
        if self._process and self._process.poll() is None:
            self._send(signal.SIGKILL)
            self._process.wait()

    def _send(self, sign: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(sign)

    def _listens(self) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex((HOST, self.port)) == 0
