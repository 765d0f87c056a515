"""Both apps in this process, at addresses that nobody listens on: the same page at every drawing."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.test import Client

import mlapi.app
import mlapi.settings
from monitor.live import Live
from monitor.notify import Notifier
from monitor.outbox import RETRY
from monitor.probe import LiveReading, Probed
from monitor.routes import badges, history, metrics, pages, state
from monitor.service import Service, Watched
from monitor.settings import Settings
from monitor.store.sqlite import SqliteStore
from monitor.watch import Timing, Watch
from tests.monitor.full_history import write_tables
from tests.pictures.history import filled
from tests.pictures.probed import SPEAKS, kept

ROOT = Path(__file__).resolve().parents[2]
NOW = 1_795_867_200.0 + 34_200.25
"""2026-11-28, 21:30 UTC and a quarter of a second: no rounding of some microseconds shows."""
API = "http://127.0.0.1:8000"
MONITOR = "http://127.0.0.1:8001"


@dataclass(frozen=True)
class Answer:
    """What a browser is given."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Site:
    """An app and the folder that the platform's CDN serves beside it."""

    origin: str
    client: Client
    public: Path

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Return the answer to a path with its query."""
        file = self.public / path.partition("?")[0].lstrip("/")
        if path.startswith("/assets/") and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return Answer(200, {"Content-Type": kind}, file.read_bytes())
        said = self.client.open(
            path, base_url=self.origin, method=method, data=body, headers=headers, buffered=True
        )
        return Answer(said.status_code, dict(said.headers), said.get_data())


def api(folder: Path) -> Site:
    """Return the API as it ships, which counts in a folder: a person's own counts stay as they are."""
    settings = mlapi.settings.Settings(counters_path=folder / "api.db")
    return Site(API, Client(mlapi.app.create_app(settings)), ROOT / "ml-api" / "public")


def monitor(folder: Path) -> Site:
    """Return a monitor with a history that it keeps in a folder."""
    return Site(MONITOR, Client(_monitor(folder)), ROOT / "monitoring" / "public")


def _monitor(folder: Path) -> Flask:
    store = SqliteStore(folder / "monitor.db", "pictures", clock=lambda: NOW)
    write_tables(store, filled(kept(), NOW))
    watch = Watch(lambda *_: Probed({**kept()["sample"]}, {}), store, Timing(30, SPEAKS))
    live = Live(lambda: LiveReading(None, None, "Nothing is read for a picture."), store)
    watched = Watched(API, watch, live, Notifier(store, [], API, rest=RETRY))
    service = Service(Settings(main_api_url=API), watched)
    app = Flask("monitor", static_folder=None)
    for part in (pages, state, history, metrics, badges):
        app.register_blueprint(part.blueprint(service))
    return app
