"""What every route may use: the watch, the live chart's reader, and the settings they were made from."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from flask import Request, Response, after_this_request

from monitor import channels, pins
from monitor.channels import Channel
from monitor.live import Live
from monitor.notify import Notifier
from monitor.outbox import RETRY
from monitor.pins import Pins
from monitor.probe import Api, LiveReading, Probed
from monitor.problems import Refusal
from monitor.settings import Settings, SettingsError
from monitor.status import Json, status, unconfigured
from monitor.store import Store
from monitor.store.memory import MemoryStore
from monitor.watch import Timing, View, Watch

_BEARER = re.compile("bearer +(.*)", re.IGNORECASE | re.DOTALL)
NO_STORE = (
    "History needs Redis: on Vercel every instance has a disk of its own. Connect one, and set REDIS_URL."
)


@dataclass(frozen=True)
class Watched:
    """An API that is watched."""

    url: str
    watch: Watch
    live: Live
    notifier: Notifier


@dataclass(frozen=True)
class Service:
    """The settings, and the watched API if one was told."""

    settings: Settings
    watched: Watched | None

    def view(self, max_age: float | None = None, *, wait: bool = False) -> View | None:
        """Visit: return what is known of the API, or None when there is none to watch.

        What people still have to be told goes out once the answer is, never in its way.
        """
        if self.watched is None:
            return None
        view, notifier = self.watched.watch.visit(max_age, wait=wait), self.watched.notifier
        if view.kept and notifier.due(view.now, view.tables):
            after_this_request(lambda response: _then(response, notifier.settle))
        return view

    def status(self, view: View | None) -> Json:
        """Return the status of a view."""
        if view is None or self.watched is None:
            return unconfigured(self.settings.api_fault or "MAIN_API_URL is not set")
        why = None if view.kept else NO_STORE
        said = status(view, self.watched.url, self.settings.sample_valid_for, why)
        return said | {"notifications": self.watched.notifier.told(view)}


def start(settings: Settings) -> Service:
    """Return the service; raises SettingsError where a setting can't be used, and calls nobody."""
    try:
        shipped = pins.shipped(settings.goldens)
    except pins.PinsError as error:
        raise SettingsError(str(error)) from error
    if settings.main_api_url is None:
        return Service(settings, None)
    store = store_of(settings, settings.main_api_url)
    api = Api(
        url=settings.main_api_url,
        key=settings.main_api_key,
        metrics_token=settings.main_api_metrics_token,
        bypass=settings.vercel_automation_bypass_secret,
    )
    timing = Timing(
        settings.probe_max_age, settings.sample_valid_for, settings.pipeline_max_age, settings.alert_scale
    )
    notifier = Notifier(store, _channels(settings), api.url, rest=RETRY * settings.alert_scale)
    prober = partial(_probe, api, shipped)
    watch = Watch(prober, store, timing, notifier.ids)
    return Service(settings, Watched(api.url, watch, Live(partial(_read_live, api), store), notifier))


def _probe(api: Api, shipped: Pins, known: Pins, remembers: bool) -> Probed:
    # With its HTTP client, it takes longer to import than all that a page from the store needs beside Flask.
    from monitor.probe.run import probe

    return probe(api, shipped, known, remembers=remembers)


def _read_live(api: Api) -> LiveReading:
    from monitor.probe.live import read_traffic

    return read_traffic(api)


def _channels(settings: Settings) -> list[Channel]:
    try:
        return channels.opened(settings.alert_urls)
    except channels.ChannelFault as error:
        raise SettingsError(str(error)) from error


def _then(response: Response, do: Callable[[], None]) -> Response:
    response.call_on_close(do)
    return response


def require_token(request: Request, token: str | None) -> None:
    """Refuse a request that lacks the bearer token, where one is set."""
    if token is None:
        return
    given = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if not hmac.compare_digest(_bytes(given[1] if given else ""), _bytes(token)):
        headers = {"WWW-Authenticate": "Bearer"}
        raise Refusal(401, "unauthorized", "This address asks for a bearer token.", headers)


def _bytes(text: str) -> bytes:
    """Encode what a header can hold, which may be any characters."""
    return text.encode("utf-8", "surrogatepass")


def store_of(settings: Settings, url: str) -> Store:
    """Return where the history of an API is kept, which is asked for nothing yet; raises SettingsError."""
    target = sha256(url.encode()).hexdigest()[:12]
    if settings.redis_url:
        return _redis(settings.redis_url, target)
    if settings.history_path:
        # A deployment with Redis needs none of it.
        from monitor.store.sqlite import SqliteStore

        return SqliteStore(settings.history_path, target)
    return MemoryStore()


def _redis(url: str, target: str) -> Store:
    # Its import takes a tenth of a second of every cold start that doesn't need it.
    from monitor.store.redis import RedisStore

    try:
        return RedisStore(url, target)
    except ValueError as error:
        raise SettingsError("REDIS_URL must be an address like rediss://:password@host:6379") from error
