"""The only reader of the environment in tools; a value that can't be used is named."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


class SettingsError(ValueError):
    """Names a variable whose value can't be used, and what would do."""


@dataclass(frozen=True)
class Ports:
    """Where the two apps listen on this machine."""

    api: int
    monitor: int


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise SettingsError(f"Unexpected value {name}={text}, use a port from 1 to 65535.")
    return int(text)


def ports_from_env(env: Mapping[str, str]) -> Ports:
    """Return the two ports of an environment; an empty variable counts as unset."""
    ports = Ports(api=_port(env, "API_PORT", 8000), monitor=_port(env, "MONITOR_PORT", 8001))
    if ports.api == ports.monitor:
        raise SettingsError(f"API_PORT and MONITOR_PORT are both {ports.api}; give them different ports.")
    return ports


def ports_from_process() -> Ports:
    """Return the ports that this process was told to use."""
    return ports_from_env(os.environ)  # noqa: TID251 - the one place


def process_environment(**extra: str) -> dict[str, str]:
    """Return this process's environment for a child, with some variables set."""
    return {**os.environ, **extra}  # noqa: TID251 - the one place
