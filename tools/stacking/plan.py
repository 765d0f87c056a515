"""Which servers make the stack on this machine, and what each reads; nothing is started here."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools import local_server
from tools.settings import StackPorts, port_variable
from tools.stacking.options import OPTIONS, READY
from tools.stacking.programs import PROGRAMS
from tools.stacking.receivers import local_receivers
from tools.stacking.targets import local_config

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS_YML = ROOT / "observability" / "prometheus" / "prometheus.yml"
ALERTMANAGER_YML = ROOT / "observability" / "alertmanager" / "alertmanager.yml"
HOSTS = {"monitor": "monitoring", "node_exporter": "node-exporter"}
"""What containers call a server, where that is not its name here."""
OURS_ALONE = ("KV_URL", "REDIS_URL", "API_KEYS", "MAIN_API_KEY", "METRICS_TOKEN", "MAIN_API_METRICS_TOKEN")
"""Variables of a person's own deployments, which would lead the stack elsewhere or lock Prometheus out."""


@dataclass(frozen=True)
class Server:
    """One server of the stack; `ready`: the path that answers 200 once it serves, none for Redis."""

    name: str
    title: str
    command: tuple[str, ...]
    folder: Path
    port: int
    ready: str
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return host and port."""
        return f"{local_server.HOST}:{self.port}"

    @property
    def url(self) -> str:
        """Return its address for a browser, or for a client of Redis."""
        return f"{'http' if self.ready else 'redis'}://{self.address}"

    @property
    def variable(self) -> str:
        """Return the variable that sets its port."""
        return port_variable(self.name)


def planned(state: Path, ports: StackPorts, found: Mapping[str, str], env: Mapping[str, str]) -> list[Server]:
    """Return the servers in the order in which they start.

    state: the folder for all that they keep. found: where each program is that is there.
    """
    others = [_other(key, found[key], state, ports) for key in PROGRAMS if key in found]
    servers = [*_apps(state, ports, env, with_redis="redis" in found), *others]
    # Both apps want Redis.
    return sorted(servers, key=lambda server: server.name != "redis")


def prepare(state: Path, servers: Sequence[Server], interval: str | None = None) -> None:
    """Make the servers' folders, and write the configuration that they read; interval: of all scrapes."""
    for server in servers:
        (state / server.name).mkdir(parents=True, exist_ok=True)
    hosts = {HOSTS.get(server.name, server.name): server.address for server in servers}
    if "prometheus" in hosts:
        (state / "prometheus" / "prometheus.yml").write_text(local_config(PROMETHEUS_YML, hosts, interval))
    if "alertmanager" in hosts:
        (state / "alertmanager" / "alertmanager.yml").write_text(local_receivers(ALERTMANAGER_YML)[0])


def _apps(state: Path, ports: StackPorts, env: Mapping[str, str], *, with_redis: bool) -> list[Server]:
    own = {**env, **dict.fromkeys(OURS_ALONE, ""), **_kept(state, ports, with_redis)}
    own["RECEIPT_SECRET"] = env.get("RECEIPT_SECRET") or secrets.token_urlsafe(32)
    api = _app("api", "API", "ml-api", ports.api, own)
    own["MAIN_API_URL"] = api.url
    return [api, _app("monitor", "dashboard", "monitoring", ports.monitor, own)]


def _kept(state: Path, ports: StackPorts, with_redis: bool) -> dict[str, str]:
    if with_redis:
        return {"REDIS_URL": f"redis://{local_server.HOST}:{ports.redis}/0"}
    return {
        "COUNTERS_PATH": str(state / "api" / "api.db"),
        "HISTORY_PATH": str(state / "monitor" / "monitor.db"),
    }


def _app(name: str, title: str, folder: str, port: int, env: Mapping[str, str]) -> Server:
    command = tuple(local_server.command(ROOT / folder, port))
    return Server(name, title, command, ROOT / folder, port, "/livez", {**env, "PYTHONUNBUFFERED": "1"})


def _other(name: str, program: str, state: Path, ports: StackPorts) -> Server:
    port: int = getattr(ports, name)
    options = OPTIONS[name](f"{local_server.HOST}:{port}", state / name)
    return Server(name, PROGRAMS[name].title, (program, *options), state / name, port, READY[name])
