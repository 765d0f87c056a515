"""A real Prometheus on a loopback port, which scrapes one address."""

import subprocess
from pathlib import Path

import requests

from tools import local_server

CONFIG = """
global: {{scrape_interval: {interval}, scrape_timeout: {interval}}}
scrape_configs:
  - job_name: {job}
    metrics_path: /api/metrics
    static_configs: [{{targets: ["{target}"]}}]
"""


class PrometheusServer:
    """One server in a folder of its own."""

    def __init__(self, folder: Path, address: str, *, job: str, interval: str) -> None:
        config = CONFIG.format(target=address.removeprefix("http://"), job=job, interval=interval)
        (folder / "prometheus.yml").write_text(config)
        listens = f"127.0.0.1:{local_server.free_port()}"
        command = [
            *("prometheus", f"--config.file={folder}/prometheus.yml", f"--web.listen-address={listens}"),
            *(f"--storage.tsdb.path={folder}/data", "--log.level=error"),
        ]
        self._url = f"http://{listens}"
        self._process = subprocess.Popen(command, cwd=folder, start_new_session=True)

    def wait(self) -> None:
        """Wait until it answers."""
        assert local_server.wait_until_answers(self._process, f"{self._url}/-/ready")

    def query(self, expression: str) -> list[float]:
        """Return the values of an instant query."""
        asked = {"query": expression}
        answer = requests.get(f"{self._url}/api/v1/query", params=asked, timeout=10).json()
        return [float(one["value"][1]) for one in answer["data"]["result"]]

    def stop(self) -> None:
        """End it."""
        local_server.stop(self._process)
