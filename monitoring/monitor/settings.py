"""The only reader of the environment; a value that can't be used stops the start and is named."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

GOLDENS = Path(__file__).resolve().parent.parent / "goldens.json"


class SettingsError(ValueError):
    """Names every variable whose value can't be used, and never the value."""


def _text(value: str) -> str:
    return value


def _file(value: str) -> Path:
    return Path(value)


def _address(value: str) -> str:
    return value


def _header(value: str) -> str:
    if not re.fullmatch("[!-~]{1,1000}", value):
        raise ValueError("must be plain text without blanks")
    return value


def _seconds(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not (re.fullmatch("[0-9]{1,9}", value) and least <= int(value) <= most):
            raise ValueError(f"must be a whole number of seconds from {least} to {most}")
        return int(value)

    return read


def _addresses(value: str) -> tuple[str, ...]:
    # An address may hold a comma; the next one begins with its scheme.
    addresses = tuple(re.split(r"[\s,]+(?=[A-Za-z][A-Za-z0-9]*://)", value.strip()))
    if not all(re.fullmatch("[A-Za-z][A-Za-z0-9]*://[!-~]{1,2000}", each) for each in addresses):
        raise ValueError("must be Apprise addresses, with blanks or commas between them")
    return addresses


def _setting(default: Any, read: Callable[[str], Any], says: str, *others: str) -> Any:
    shown = read not in (_header, _address, _addresses)
    return field(default=default, repr=shown, metadata={"read": read, "says": says, "others": others})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the monitor can be told; each field's variable is its name in capitals.

    alert_scale has no variable: below 1 it shortens how long alerts and their channels wait, for a rehearsal.
    """

    main_api_url: str | None = _setting(None, _text, "the address of the API to watch")
    main_api_key: str | None = _setting(
        None, _header, "the key for the API's predictions, if it asks for one"
    )
    main_api_metrics_token: str | None = _setting(
        None, _header, "the token for the API's metrics, if it asks for one"
    )
    vercel_automation_bypass_secret: str | None = _setting(
        None, _header, "opens an API behind Vercel's Deployment Protection"
    )
    monitoring_refresh_rate: int = _setting(
        30, _seconds(1, 86_400), "seconds after which the dashboard refreshes"
    )
    probe_max_age: int = _setting(30, _seconds(1, 86_400), "seconds after which a visit makes a new probe")
    sample_valid_for: int = _setting(
        600, _seconds(1, 86_400), "seconds for which a probe speaks; after that the state is unknown"
    )
    redis_url: str | None = _setting(
        None, _address, "keeps history in Redis (`KV_URL` does too); on Vercel nothing else can", "KV_URL"
    )
    history_path: Path | None = _setting(  # noqa: RUF009 - it is dataclasses.field
        None, _file, "the SQLite file for history where there is no Redis; unset: in the user's state folder"
    )
    pipeline_max_age: int | None = _setting(
        None, _seconds(1, 10**9 - 1), "seconds after which a model's training counts as stale; unset: never"
    )
    alert_urls: tuple[str, ...] = _setting(
        (), _addresses, "Apprise addresses that are told of alerts; unset: the dashboard alone tells"
    )
    metrics_token: str | None = _setting(None, _header, "`/api/metrics` asks for it as a bearer token")
    cron_secret: str | None = _setting(None, _header, "`/api/check` asks for it as a bearer token")
    api_fault: str | None = None
    alert_scale: float = 1.0
    on_vercel: bool = False
    goldens: Path = GOLDENS


def variables() -> list[tuple[str, Field[Any]]]:
    """Return every environment variable's name with the field that it sets."""
    return [(known.name.upper(), known) for known in fields(Settings) if known.metadata]


def from_env(env: Mapping[str, str]) -> Settings:
    """Return the settings of an environment; an empty variable counts as unset.

    Raises SettingsError naming every variable that can't be used. An address of the API that is none is no
    such fault: the monitor starts, and every page says what to set.
    """
    given: dict[str, Any] = {}
    faults = []
    for variable, known in variables():
        for name in (variable, *known.metadata["others"]):
            if not env.get(name) or known.name in given:
                continue
            try:
                given[known.name] = known.metadata["read"](env[name])
            except ValueError as error:
                faults.append(f"{name} {error}")
    settings = replace(Settings(**given), on_vercel=bool(env.get("VERCEL")))
    faults += _contradictions(settings)
    if faults:
        raise SettingsError("; ".join(faults))
    return _located(_addressed(settings), env)


def from_process() -> Settings:
    """Return the settings of this process."""
    return from_env(os.environ)  # noqa: TID251 - the one place


def _contradictions(settings: Settings) -> list[str]:
    faults = []
    if settings.sample_valid_for < settings.probe_max_age:
        faults.append("SAMPLE_VALID_FOR must not be shorter than PROBE_MAX_AGE")
    if settings.on_vercel and settings.history_path:
        faults.append(
            "HISTORY_PATH can't be used on Vercel, where each instance has a disk of its own; set REDIS_URL"
        )
    return faults


def _addressed(settings: Settings) -> Settings:
    """Return settings that hold an address of the API, or say why not."""
    url = settings.main_api_url
    if url is None:
        return replace(settings, api_fault="MAIN_API_URL is not set: it tells which API to watch")
    if not _is_address(url):
        fault = "MAIN_API_URL is no address; it looks like https://my-model.vercel.app"
        return replace(settings, main_api_url=None, api_fault=fault)
    return replace(settings, main_api_url=url.rstrip("/"))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        whole = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = re.fullmatch("[!-~]{1,2000}", url) and not (parts.query or parts.fragment or "@" in parts.netloc)
    return bool(plain and whole and parts.scheme in ("http", "https") and parts.hostname)


def _located(settings: Settings, env: Mapping[str, str]) -> Settings:
    """Return settings with a place for the SQLite file, where one is used."""
    if settings.on_vercel or settings.redis_url or settings.history_path:
        return settings
    folder = env.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111 - it never raises
    return replace(settings, history_path=Path(folder) / "tandem" / "monitor.db")
