"""MLflow's real server on a loopback port, over a store of its own, and what a reader of it asks."""

from pathlib import Path
from typing import Any

import requests

from tools import local_server, mlflow_ui

FOUND = mlflow_ui.PROGRAM.exists()
MISSING = "MLflow's server is not installed in .cache/mlflow (`make servers` does it)"


class MlflowServer:
    """One server; `store` is the tracking URI of its database without it, `url` that with it."""

    def __init__(self, folder: Path) -> None:
        port = local_server.free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.store = f"sqlite:///{folder}/mlflow.db"
        self._files, self._port = str(folder / "files"), port

    def start(self) -> "MlflowServer":
        """Start it and wait until it answers."""
        self._process = mlflow_ui.start(self.store, self._files, self._port)
        assert local_server.wait_until_answers(self._process, f"{self.url}/health", seconds=120)
        return self

    def stop(self) -> None:
        """End it."""
        local_server.stop(self._process)

    def runs(self, experiment: str) -> list[dict[str, Any]]:
        """Return a model's runs, the newest first, as {status, name, id, params, metrics, tags}."""
        asked = {"experiment_name": experiment}
        found = self._get("experiments/get-by-name", asked)["experiment"]["experiment_id"]
        answer = self._post("runs/search", {"experiment_ids": [found]})
        return [_run(each) for each in answer["runs"]]

    def history(self, run_id: str, metric: str) -> list[tuple[int, float]]:
        """Return a metric's (step, value) in order."""
        found = self._get("metrics/get-history", {"run_id": run_id, "metric_key": metric})["metrics"]
        return [(each["step"], each["value"]) for each in found]

    def files(self, run_id: str, folder: str) -> set[str]:
        """Return the names of a run's files in a folder."""
        found = self._get("artifacts/list", {"run_id": run_id, "path": folder})
        return {Path(each["path"]).name for each in found.get("files", [])}

    def champion(self, model: str) -> dict[str, Any]:
        """Return the version that is marked, with its tags as a dict."""
        asked = {"name": model, "alias": "champion"}
        found: dict[str, Any] = self._get("registered-models/alias", asked)["model_version"]
        return found | {"tags": {tag["key"]: tag["value"] for tag in found["tags"]}}

    def versions(self, model: str) -> list[str]:
        """Return a model's registered versions in order."""
        asked = {"filter": f"name='{model}'"}
        return sorted(each["version"] for each in self._get("model-versions/search", asked)["model_versions"])

    def _get(self, what: str, asked: dict[str, str]) -> dict[str, Any]:
        answer = requests.get(f"{self.url}/api/2.0/mlflow/{what}", params=asked, timeout=30)
        return _json(answer)

    def _post(self, what: str, asked: dict[str, Any]) -> dict[str, Any]:
        return _json(requests.post(f"{self.url}/api/2.0/mlflow/{what}", json=asked, timeout=30))


def _json(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _run(found: dict[str, Any]) -> dict[str, Any]:
    info, data = found["info"], found["data"]
    kinds = {kind: {each["key"]: each["value"] for each in data.get(kind, [])} for kind in KINDS}
    return {"id": info["run_id"], "status": info["status"], "name": info["run_name"], **kinds}


KINDS = ("params", "metrics", "tags")
