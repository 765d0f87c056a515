"""A real Pushgateway on a loopback port."""

import shutil
import subprocess
from pathlib import Path

import requests

from tools import local_server

PROGRAM = shutil.which("prometheus-pushgateway") or shutil.which("pushgateway")
MISSING = "no prometheus-pushgateway on PATH"


class PushgatewayServer:
    """One server, which forgets everything when it ends."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM is not None
        listens = f"127.0.0.1:{local_server.free_port()}"
        self.url = f"http://{listens}"
        self._process = subprocess.Popen(
            [PROGRAM, f"--web.listen-address={listens}", "--log.level=error"],
            cwd=folder,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Wait until it answers."""
        assert local_server.wait_until_answers(self._process, f"{self.url}/-/ready")

    def metrics(self) -> str:
        """Return what Prometheus would scrape."""
        return requests.get(f"{self.url}/metrics", timeout=10).text

    def stop(self) -> None:
        """End it."""
        local_server.stop(self._process)
