"""What `docker-compose config` does not see; each check returns what is wrong, one line each."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

Config = Mapping[str, Any]
LOOPBACK = "127.0.0.1"
OURSELVES = {LOOPBACK, "localhost", "0.0.0.0"}  # noqa: S104 - names, nothing listens here
HOST_IN_URL = re.compile(r"\b(?:https?|rediss?)://(?P<host>[A-Za-z0-9.-]+)")
VERSION = re.compile(r":v?\d+\.\d+(\.\d+)?[\w.-]*$")
SECRET = re.compile("PASSWORD|SECRET|TOKEN|_KEY")


def shared_host_ports(config: Config) -> list[str]:
    """Return the ports of this machine that two services want."""
    wanted = Counter(str(port["published"]) for _, port in _ports(config))
    return [f"port {port} is wanted {times} times" for port, times in wanted.items() if times > 1]


def open_ports(config: Config) -> list[str]:
    """Return the ports that others than this machine reach."""
    return [
        f"{name}: {port['published']} is not on {LOOPBACK} alone"
        for name, port in _ports(config)
        if port.get("host_ip") != LOOPBACK
    ]


def missing_files(config: Config) -> list[str]:
    """Return what is to be mounted or built and is not there."""
    found = [f"{name}: {path} is not there" for name, path in _binds(config) if not path.exists()]
    for name, service in config["services"].items():
        build = service.get("build")
        if build and not (Path(build["context"]) / build["dockerfile"]).is_file():
            found.append(f"{name}: {build['dockerfile']} is not there")
    return found


def unknown_hosts(config: Config) -> list[str]:
    """Return the hosts that are addressed and are no services, in the file and in the files it mounts.

    A name with a dot is somebody's on the internet.
    """
    known = OURSELVES | set(config["services"])
    found = ((where, host) for where, host in _hosts(config) if host not in known and "." not in host)
    return [f"{where}: {host} is no service" for where, host in found]


def unpinned_images(config: Config) -> list[str]:
    """Return the images of others without an exact version."""
    return [
        f"{name}: {service['image']} has no exact version"
        for name, service in config["services"].items()
        if "build" not in service and not VERSION.search(service["image"])
    ]


def unguarded(config: Config) -> list[str]:
    """Return the services that could write where they need not, or gain rights, or would stay away."""
    wanted = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
    wanted["restart"] = "unless-stopped"
    return [
        f"{name}: {key} is {service.get(key)!r}"
        for name, service in config["services"].items()
        for key, value in wanted.items()
        if service.get(key) != value
    ]


def unwatched(config: Config) -> list[str]:
    """Return the services whose health nobody asks for."""
    return [
        f"{name} has no health check"
        for name, service in config["services"].items()
        if "healthcheck" not in service and "HEALTHCHECK" not in _dockerfile(service)
    ]


def told_secrets(raw: Config) -> list[str]:
    """Return the secrets that the file itself tells, or has a default for; `raw`: not interpolated."""
    return [
        f"{name}: {variable} is told"
        for name, service in raw["services"].items()
        for variable, value in (service.get("environment") or {}).items()
        if SECRET.search(variable) and not re.fullmatch(r"\$\{\w+:\?[^}]*\}", str(value))
    ]


def _ports(config: Config) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, service in config["services"].items():
        for port in service.get("ports", ()):
            yield name, port


def _binds(config: Config) -> Iterator[tuple[str, Path]]:
    for name, service in config["services"].items():
        for volume in service.get("volumes", ()):
            if volume["type"] == "bind":
                yield name, Path(volume["source"])
        for secret in service.get("secrets", ()):
            yield name, Path(config["secrets"][secret["source"]]["file"])


def _hosts(config: Config) -> Iterator[tuple[str, str]]:
    for name, service in config["services"].items():
        texts = [*(service.get("command") or ()), *(service.get("environment") or {}).values()]
        texts += (service.get("healthcheck") or {}).get("test", ())
        for text in texts:
            yield from ((name, found["host"]) for found in HOST_IN_URL.finditer(str(text)))
    for name, path in _binds(config):
        if path != Path("/"):
            for file in sorted(path.rglob("*.yml")):
                yield from (
                    (f"{name}, {file.name}", host) for host in _told(yaml.safe_load(file.read_text()))
                )


def _told(node: Any) -> Iterator[str]:
    """Yield the hosts of targets and addresses in a configuration."""
    if isinstance(node, list):
        for each in node:
            yield from _told(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "targets":
                yield from (target.rpartition(":")[0] or target for target in value)
            elif key == "url" and isinstance(value, str):
                yield from (found["host"] for found in HOST_IN_URL.finditer(value))
            else:
                yield from _told(value)


def _dockerfile(service: Mapping[str, Any]) -> str:
    build = service.get("build")
    return (Path(build["context"]) / build["dockerfile"]).read_text() if build else ""
