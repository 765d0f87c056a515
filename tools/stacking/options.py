"""How the servers of others are told where to listen and what to keep, each in a folder of its own."""

from collections.abc import Callable, Mapping
from pathlib import Path

RUNBOOKS = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
DURABLE = ("--appendonly", "yes", "--maxmemory-policy", "noeviction")
"""Counts must outlive Redis, and none may be evicted."""
RETENTION = "40d"
"""The error budget looks 30 days back."""
Options = Callable[[str, Path], tuple[str, ...]]


def _redis(address: str, folder: Path) -> tuple[str, ...]:
    host, _, port = address.partition(":")
    return ("--bind", host, "--port", port, "--dir", str(folder), "--save", "", *DURABLE)


def _node_exporter(address: str, folder: Path) -> tuple[str, ...]:
    return (f"--web.listen-address={address}",)


def _pushgateway(address: str, folder: Path) -> tuple[str, ...]:
    return (f"--web.listen-address={address}", f"--persistence.file={folder / 'pushed'}")


def _alertmanager(address: str, folder: Path) -> tuple[str, ...]:
    return (
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        f"--web.external-url=http://{address}",
        "--cluster.listen-address=",  # There is no other to talk to.
    )


def _prometheus(address: str, folder: Path) -> tuple[str, ...]:
    return (
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--storage.tsdb.retention.time={RETENTION}",
        # What fired before Alertmanager was found is told again soon.
        "--rules.alert.resend-delay=10s",
        f"--web.listen-address={address}",
        f"--web.external-url=http://{address}",
        f"--web.user-assets={RUNBOOKS}",  # Alerts link to their runbooks at /user/.
    )


OPTIONS: Mapping[str, Options] = {
    "redis": _redis,
    "node_exporter": _node_exporter,
    "pushgateway": _pushgateway,
    "alertmanager": _alertmanager,
    "prometheus": _prometheus,
}
"""By name: what it is started with, for its address and its folder."""
READY = {
    "redis": "",
    "node_exporter": "/",
    "pushgateway": "/-/ready",
    "alertmanager": "/-/ready",
    "prometheus": "/-/ready",
}
"""The path that answers 200 once it serves; Redis has none."""
