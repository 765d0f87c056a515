"""All that a run needs: two deployments of the API, on Redis and on a file, and a monitor for each."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from mlapi.counters.redis import RedisStore
from mlapi.counters.sqlite import SqliteStore
from tests.chaos import clock, disk
from tests.chaos.server import Server
from tests.mlapi.counters.proxy import Proxy
from tests.redis_server import RedisServer

ROOT = Path(__file__).resolve().parents[2]
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
SECRET = "of-the-chaos-and-of-nothing-else"  # noqa: S105
PROBE_MAX_AGE = 2
RECOVERY_SECONDS = 45.0
"""The longest pause of the counters' breaker is 30 s; a monitor's lease runs for 10 s, a probe for 5."""
POLL = 0.2


@dataclass
class Stage:
    """What a fault may meddle with. saved: what stood in a file before it was damaged."""

    redis: RedisServer
    proxy: Proxy
    folder: Path
    has_disk: bool
    clock: Path
    apis: dict[str, Server]
    monitors: dict[str, Server]
    saved: dict[Path, bytes] = field(default_factory=dict)
    mended: dict[Path, list[Path]] = field(default_factory=dict)

    @property
    def disk(self) -> Path:
        """Return the folder of both SQLite files."""
        return self.folder / "disk"

    @property
    def counters(self) -> Path:
        """Return the counters file."""
        return self.disk / "api.db"

    @property
    def history(self) -> Path:
        """Return the history file."""
        return self.disk / "monitor.db"

    @property
    def servers(self) -> list[Server]:
        """Return all servers."""
        return [*self.apis.values(), *self.monitors.values()]

    def users(self) -> list[int]:
        """Return the processes that use the disk."""
        names = ("file one", "file two", "file monitor")
        return [pid for server in self.servers if server.name in names for pid in server.pids()]

    def recovered(self) -> float:
        """Wait until all answer as they should, and return how long that took."""
        began = time.monotonic()
        for server in self.servers:
            wanted = is_counting if server.name in self.apis else is_watching
            while not wanted(server):
                waited = time.monotonic() - began
                assert waited < RECOVERY_SECONDS, f"{server.name} did not recover in {waited:.0f} s"
                time.sleep(POLL)
            server.well()
        took = time.monotonic() - began
        self._take_away()
        return took

    def totals(self) -> dict[str, list[dict[str, int]]]:
        """Return the counters of each deployment: those of its store, and those of mended files."""
        with closing(RedisStore(self.redis.url(), seconds=10.0)) as store:
            shared = store.read()
        return {"redis": [shared], "file": [_read(path) for path in self.kept(self.counters)]}

    def kept(self, path: Path) -> list[Path]:
        """Return a file with those that were damaged and mended."""
        return [path, *self.mended.get(path, ())]

    def _take_away(self) -> None:
        """Mend the files that were put aside, as a person may who was told of them."""
        for path, whole in list(self.saved.items()):
            (damaged,) = path.parent.glob(f"{path.name}.damaged-*Z")
            place = self.folder / f"{len(self.kept(path))}-{path.name}"
            self.mended.setdefault(path, []).append(disk.mended(damaged, whole, place))
            del self.saved[path]


def is_counting(server: Server) -> bool:
    """Tell whether an API answers, and its store answers it."""
    said = _got(server, "/api/metrics")
    return said is not None and "ml_store_up 1.0" in said.text


def is_watching(server: Server) -> bool:
    """Tell whether a monitor knows by a fresh probe that its API is up, and its history was written."""
    said = _got(server, "/api/status")
    status = said.json() if said else {}
    return (
        status.get("state") in ("up", "degraded")
        and status["history"]["kept"]
        and status["checked_seconds_ago"] <= PROBE_MAX_AGE
    )


def _got(server: Server, path: str) -> requests.Response | None:
    try:
        answer = requests.get(f"{server.url}{path}", timeout=15)
    except requests.RequestException:
        return None
    return answer if answer.status_code == 200 else None


def _read(path: Path) -> dict[str, int]:
    with closing(SqliteStore(path)) as store:
        return store.read()


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Start all, and end all."""
    with ExitStack() as stack:
        (folder / "disk").mkdir()
        if has_disk := disk.mount(folder / "disk"):
            stack.callback(disk.unmount, folder / "disk")
        redis = RedisServer(folder).start(*DURABLE)
        stack.callback(redis.stop)
        proxy = stack.enter_context(closing(Proxy(redis.port)))
        stage = Stage(redis, proxy, folder, has_disk, folder / "clock", {}, {})
        _add_servers(stage)
        for server in stage.servers:
            stack.callback(server.stop)
            server.start()
        for server in stage.servers:
            server.wait()
        yield stage


def _add_servers(stage: Stage) -> None:
    api, monitor = ROOT / "ml-api", ROOT / "monitoring"
    shared = {"REDIS_URL": stage.proxy.url, "RECEIPT_SECRET": SECRET}
    filed = {"COUNTERS_PATH": str(stage.counters), "RECEIPT_SECRET": SECRET}
    skewed = clock.environment(stage.clock)
    stage.apis = {
        "redis one": Server("redis one", api, shared | skewed),
        "redis two": Server("redis two", api, shared),
        "file one": Server("file one", api, filed),
        "file two": Server("file two", api, filed),
    }
    watched = {"PROBE_MAX_AGE": str(PROBE_MAX_AGE)}
    redis, file = stage.apis["redis one"].url, stage.apis["file one"].url
    stage.monitors = {
        "redis monitor": Server(
            "redis monitor", monitor, {**watched, "MAIN_API_URL": redis, "REDIS_URL": stage.proxy.url}
        ),
        "file monitor": Server(
            "file monitor", monitor, {**watched, "MAIN_API_URL": file, "HISTORY_PATH": str(stage.history)}
        ),
    }
