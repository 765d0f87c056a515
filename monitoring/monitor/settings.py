"""The only reader of the environment; a value that can't be used stops the start and is named."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


class SettingsError(ValueError):
    """Names a variable whose value can't be used."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the monitor can be told."""

    main_api_url: str | None = None


def from_env(env: Mapping[str, str]) -> Settings:
    """Return the settings of an environment; an empty variable counts as unset."""
    url = env.get("MAIN_API_URL") or None
    if url and not _is_address(url):
        raise SettingsError("MAIN_API_URL must be an address like https://my-model.example")
    return Settings(main_api_url=url.rstrip("/") if url else None)


def from_process() -> Settings:
    """Return the settings of this process."""
    return from_env(os.environ)  # noqa: TID251 - the one place


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
