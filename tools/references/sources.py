"""What the code says when it is asked: both OpenAPI documents, and every program's metric families."""

from typing import Any

from werkzeug.test import Client

import mlapi.app
import mlapi.settings
import monitor.app
from mlapi import exposition, telemetry
from monitor import record
from monitor.metrics import Exposition as Monitor
from monitor.watch import View
from tests.monitor.samples import NOW, sample
from tools.bundles.folder import Folder
from tools.bundles.metrics import Exposition as Artifacts
from tools.bundles.system import System
from tools.references.family import Family, families
from tools.replaying.metrics import Metrics
from training.stages import Epoch
from training.watch.board import Board

Json = dict[str, Any]


def api_description() -> Json:
    """Return what the API says of itself where nothing is set."""
    return _asked(Client(mlapi.app.create_app(mlapi.settings.Settings())))


def monitor_description() -> Json:
    """Return what the monitor says of itself where nothing is set."""
    return _asked(Client(monitor.app.create_app()))


def _asked(client: Client) -> Json:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200, answer.status
    described: Json = answer.get_json()
    return described


def of_api() -> list[Family]:
    """Return what the API exposes, each counter once: with its labels' names for values."""
    counters = {telemetry.key(family, *_parts(family)): 1 for family in telemetry.FAMILIES}
    known = exposition.Known((), {telemetry.MODEL: 1.0}, aliases=True)
    process = exposition.Process("redis", True, 0, {("model", "1"): 0.1})
    return list(families(exposition.Exposition(counters, known, process).collect()))


def _parts(family: telemetry.Family) -> tuple[str, ...]:
    return (*family.labels, telemetry.BOUNDS[0]) if family.histogram else family.labels


def of_monitor() -> list[Family]:
    """Return what the monitor exposes of an API behind TLS, with a history."""
    tables: dict[str, dict[str, str]] = {name: {} for name in record.TABLES}
    view = View(NOW, sample(tls_expires_at=NOW), tables, True, "sqlite")
    return list(families(Monitor(view, 600.0, 3600.0).collect()))


def of_artifacts() -> list[Family]:
    """Return what the metrics server adds to what the monitor exposes."""
    known = {family.name for family in of_monitor()}
    found = families(Artifacts(Folder(), System("/")).collect())
    return [family for family in found if family.name not in known]


def of_trainings() -> list[Family]:
    """Return what a training exposes."""
    board = Board("a model")
    board.epoch(Epoch(1, 1, 0.5, 0.9))
    return list(families(board.collect()))


def of_replays() -> list[Family]:
    """Return what a replay exposes."""
    metrics = Metrics()
    metrics.result(1.0)
    metrics.called("POST", "/api/predict", "200", 0.1)
    return list(families(metrics.registry.collect()))
