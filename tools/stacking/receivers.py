"""Moves Alertmanager's configuration to this machine, and leaves out channels that nobody has set up yet."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

IN_CONTAINER = "/etc/alertmanager/"
PLACEHOLDER = "example.org"
SECRETS = {"slack_configs": "slack_api_url_file", "email_configs": "smtp_auth_password_file"}
"""What a kind of channel reads its secret from, in the part for all."""


def local_receivers(path: Path) -> tuple[str, list[str]]:
    """Return a configuration file's text for any folder, and the kinds of channels that are set up in it.

    A channel is left out where it leads to example.org or where the file of its secret is not there.
    """
    folder = path.parent.resolve()
    config: dict[str, Any] = yaml.safe_load(path.read_text())
    shared = {key: _here(key, value, folder) for key, value in config.get("global", {}).items()}
    config["global"] = shared
    config["templates"] = [str(folder / each) for each in config.get("templates", ())]
    config["receivers"] = [_set_up(receiver, shared) for receiver in config["receivers"]]
    kinds = {kind for receiver in config["receivers"] for kind, _ in _channels(receiver)}
    return yaml.safe_dump(config), sorted(kind.removesuffix("_configs") for kind in kinds)


def _here(key: str, value: Any, folder: Path) -> Any:
    return str(folder / value.removeprefix(IN_CONTAINER)) if key.endswith("_file") else value


def _channels(receiver: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind, channels in receiver.items():
        if kind.endswith("_configs"):
            yield from ((kind, channel) for channel in channels)


def _set_up(receiver: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return a receiver with those of its channels that could deliver."""
    kept: dict[str, Any] = {"name": receiver["name"]}
    for kind, channel in _channels(receiver):
        secret = shared.get(SECRETS.get(kind, ""))
        if PLACEHOLDER not in str(channel) and (secret is None or Path(secret).is_file()):
            kept.setdefault(kind, []).append(channel)
    return kept
