"""The one place that moves Prometheus' configuration from the names of containers to this machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FILES = ("rule_files", "files")
DISCOVERY = "_sd_configs"


def local_config(path: Path, addresses: Mapping[str, str], interval: str | None = None) -> str:
    """Return a configuration file's text for any folder, with its targets on this machine.

    addresses: host name -> host:port, such as {"api": "127.0.0.1:8000"}; other hosts are left out, and so is
    a job that has no host left. interval: of all scrapes and rules, such as "1s".
    """
    return yaml.safe_dump(moved(yaml.safe_load(path.read_text()), path.parent, addresses, interval))


def moved(
    config: Mapping[str, Any], folder: Path, addresses: Mapping[str, str], interval: str | None = None
) -> dict[str, Any]:
    """Return a configuration whose relative paths begin in `folder`, with its targets moved."""
    here: dict[str, Any] = _moved(config, folder.resolve(), addresses)
    here["scrape_configs"] = [job for job in here.get("scrape_configs", ()) if _finds_targets(job)]
    if interval:
        here["global"] = here.get("global", {}) | _every(interval)
        here["scrape_configs"] = [_without_own_pace(job) for job in here["scrape_configs"]]
    return here


def _moved(node: Any, folder: Path, addresses: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_moved(each, folder, addresses) for each in node]
    if not isinstance(node, Mapping):
        return node
    said: dict[str, Any] = {}
    for key, value in node.items():
        if key == "targets":
            said[key] = [addresses[host] for host in map(_host, value) if host in addresses]
        elif key in FILES:
            said[key] = [str(folder / each) for each in value]
        elif key.endswith("_file"):
            said[key] = str(folder / value)
        else:
            said[key] = _moved(value, folder, addresses)
    return said


def _host(target: str) -> str:
    return target.rpartition(":")[0] or target


def _finds_targets(job: Mapping[str, Any]) -> bool:
    if any(key.endswith(DISCOVERY) for key in job):
        return True
    return any(group["targets"] for group in job.get("static_configs", ()))


def _every(interval: str) -> dict[str, str]:
    return {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval}


def _without_own_pace(job: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in job.items() if key not in ("scrape_interval", "scrape_timeout")}
