"""The only reader of the environment in tools; a value that can't be used is named."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from tools.terminal import ToolError

API_KEY = "MAIN_API_KEY"
"""The variable of the key for an API's predictions and feedback; the monitor calls its own so, too."""
ASKS_FOR_KEY = f"Where the API asks for a key, {API_KEY} in the environment holds it."
"""What the help of a tool that sends it says."""


class SettingsError(ToolError):
    """Names a variable whose value can't be used, and what would do."""


@dataclass(frozen=True)
class Ports:
    """Where the two apps listen on this machine."""

    api: int
    monitor: int


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise SettingsError(f"Unexpected value {name}={text}, use a port from 1 to 65535.")
    return int(text)


def ports_from_env(env: Mapping[str, str]) -> Ports:
    """Return the two ports of an environment; an empty variable counts as unset."""
    ports = Ports(api=_port(env, "API_PORT", 8000), monitor=_port(env, "MONITOR_PORT", 8001))
    if ports.api == ports.monitor:
        raise SettingsError(f"API_PORT and MONITOR_PORT are both {ports.api}; give them different ports.")
    return ports


@dataclass(frozen=True)
class StackPorts:
    """Where each server of `make stack` listens on this machine; its variable is the name with _PORT."""

    api: int = 8000
    monitor: int = 8001
    prometheus: int = 9090
    alertmanager: int = 9093
    pushgateway: int = 9091
    node_exporter: int = 9100
    redis: int = 6380  # 6379 is often somebody's own.


def stack_ports_from_env(env: Mapping[str, str]) -> StackPorts:
    """Return the stack's ports of an environment; an empty variable counts as unset."""
    unless_told = asdict(StackPorts())
    ports = {name: _port(env, port_variable(name), default) for name, default in unless_told.items()}
    for name, port in ports.items():
        others = [port_variable(other) for other in ports if other != name and ports[other] == port]
        if others:
            raise SettingsError(
                f"{port_variable(name)} and {others[0]} are both {port}; give them different ports."
            )
    return StackPorts(**ports)


def port_variable(name: str) -> str:
    """Return the variable that sets a server's port."""
    return f"{name.upper()}_PORT"


def stack_ports_from_process() -> StackPorts:
    """Return the stack's ports that this process was told to use."""
    return stack_ports_from_env(os.environ)  # noqa: TID251 - the one place


@dataclass(frozen=True)
class Demo:
    """How long the demo's traffic goes on, in seconds, and whether there is a screen for a browser."""

    seconds: int
    screen: bool


def demo_from_env(env: Mapping[str, str], platform: str) -> Demo:
    """Return the demo's settings; without a screen a browser of text would take the terminal."""
    text = env.get("DEMO_SECONDS") or "300"
    if not (text.isascii() and text.isdigit() and int(text[:9]) >= 1 and len(text) < 7):
        raise SettingsError(f"Unexpected value DEMO_SECONDS={text}, use whole seconds from 1 to 999999.")
    return Demo(int(text), has_screen(env, platform))


def has_screen(env: Mapping[str, str], platform: str) -> bool:
    """Tell whether there is a screen for a browser."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return platform in ("darwin", "win32") or any(env.get(name) for name in screens)


def demo_from_process() -> Demo:
    """Return the demo's settings of this process."""
    return demo_from_env(os.environ, sys.platform)  # noqa: TID251 - the one place


def mlflow_port_from_process() -> int:
    """Return the port of MLflow's pages."""
    return _port(os.environ, "MLFLOW_PORT", 5002)  # noqa: TID251 - the one place


def api_key_from_env(env: Mapping[str, str]) -> str | None:
    """Return the key to call an API with, if there is one; an empty variable counts as unset."""
    key = env.get(API_KEY) or None
    if key and not re.fullmatch("[!-~]{1,1000}", key):  # Not repeated: it may be a key all the same.
        raise SettingsError(f"{API_KEY} can't be used: a key is plain text without blanks.")
    return key


def api_key_from_process() -> str | None:
    """Return the key that this process was told to call an API with."""
    return api_key_from_env(os.environ)  # noqa: TID251 - the one place


def wants_plain(env: Mapping[str, str]) -> bool:
    """Tell whether a terminal gets what a file would: it knows no more, or https://no-color.org is wished."""
    return bool(env.get("NO_COLOR")) or env.get("TERM") == "dumb"


def wants_plain_from_process() -> bool:
    """Tell whether this process is to write plainly, terminal or not."""
    return wants_plain(os.environ)  # noqa: TID251 - the one place


def screen_from_process() -> bool:
    """Tell whether this process has a screen for a browser."""
    return has_screen(os.environ, sys.platform)  # noqa: TID251 - the one place


def ports_from_process() -> Ports:
    """Return the ports that this process was told to use."""
    return ports_from_env(os.environ)  # noqa: TID251 - the one place


def process_environment(**extra: str) -> dict[str, str]:
    """Return this process's environment for a child, with some variables set."""
    return {**os.environ, **extra}  # noqa: TID251 - the one place
