"""The only reader of the environment; a value that can't be used stops the start and is named."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from mlapi.access.cors import read_origins
from mlapi.access.keys import Key, read_keys
from mlapi.access.limits import Limit, read_limits

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts"
ON_VERCEL: dict[str, Any] = {"rate_limit": (Limit(600, 60),), "trust_proxy": True}
"""What is otherwise there unless told: everybody can reach it, and only through the platform's own proxy."""


class SettingsError(ValueError):
    """Names every variable whose value can't be used, and never the value."""


def _text(value: str) -> str:
    return value


def _switch(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return value == "1"


def _rows(value: str) -> int:
    if not (re.fullmatch("[0-9]{1,7}", value) and 1 <= int(value) <= 1_000_000):
        raise ValueError("must be a whole number from 1 to 1000000")
    return int(value)


def _labels(value: str) -> int:
    if not (re.fullmatch("[0-9]{1,9}", value) and int(value) >= 1):
        raise ValueError("must be a whole number from 1 to 999999999")
    return int(value)


def _address(value: str) -> str:
    return value


def _token(value: str) -> str:
    if not re.fullmatch("[!-~]{1,1000}", value):
        raise ValueError("must be plain text without blanks")
    return value


def _secrets(value: str) -> tuple[str, ...]:
    secrets = tuple(value.split(","))
    if len(secrets) > 2 or not all(re.fullmatch("[!-~]{16,1000}", secret) for secret in secrets):
        raise ValueError("must be plain text of at least 16 characters, or two such with a comma between")
    return secrets


def _file(value: str) -> Path:
    return Path(value)


def _setting(default: Any, read: Callable[[str], Any], says: str, *others: str) -> Any:
    shown = read not in (_token, _secrets, _address, read_keys)
    return field(default=default, repr=shown, metadata={"read": read, "says": says, "others": others})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a deployment can be told; each field's variable is its name in capitals."""

    default_model: str = _setting("math-score", _text, "the model that answers where none is named")
    model_version: str | None = _setting(None, _text, "the default model's version; unset: the newest")
    max_rows: int = _setting(10_000, _rows, "most rows in one call")
    log_inputs: bool = _setting(False, _switch, "1: the prediction log also holds the rows that were sent")
    allow_pickle: bool = _setting(
        False, _switch, "1: bundles of the sklearn engine may be loaded, which runs the code in their pickle"
    )
    redis_url: str | None = _setting(
        None, _address, "counts in Redis (`KV_URL` does too); on Vercel nothing else can", "KV_URL"
    )
    counters_path: Path | None = _setting(  # noqa: RUF009 - it is dataclasses.field
        None, _file, "the SQLite file that counts where there is no Redis; unset: in the user's state folder"
    )
    metric_aliases: bool = _setting(True, _switch, "0: `/api/metrics` leaves out the names of older systems")
    metrics_token: str | None = _setting(None, _token, "`/api/metrics` asks for it as a bearer token")
    api_keys: tuple[Key, ...] = _setting(
        (), read_keys, "predictions and feedback ask for one of these keys: name:sha256 pairs, with commas"
    )
    rate_limit: tuple[Limit, ...] | None = _setting(
        None,
        read_limits,
        "how often one key or address may call, such as `600/minute` or `10/second; 1000/hour`; `off`: as"
        " often as it likes. Unset: `600/minute` on Vercel, else `off`",
    )
    trust_proxy: bool | None = _setting(
        None,
        _switch,
        "1: a proxy in front tells where calls come from, in `X-Forwarded-For`. Unset: 1 on Vercel, else 0",
    )
    cors_origins: tuple[str, ...] = _setting(
        (), read_origins, "sites whose pages may call from a browser: origins, with commas"
    )
    receipt_secret: tuple[str, ...] = _setting(
        (),
        _secrets,
        "signs receipts; without it there is no feedback; of two, the first signs",
    )
    feedback_max_per_day: int = _setting(
        100_000, _labels, "most true outcomes that are counted for the answers of one day"
    )
    compat: bool = _setting(True, _switch, "0: none of the addresses that clients of other systems expect")
    compat_versioned_model: str = _setting(
        "food-drive", _text, "the model that `/v1/predict` and `/v2/predict` ask, in its versions 1 and 2"
    )
    compat_list_model: str = _setting(
        "house-price", _text, "the model that answers a list sent to `/predict`"
    )
    on_vercel: bool = False
    artifacts: Path = ARTIFACTS


def variables() -> list[tuple[str, Field[Any]]]:
    """Return every environment variable's name with the field that it sets."""
    return [(known.name.upper(), known) for known in fields(Settings) if known.metadata]


def from_env(env: Mapping[str, str]) -> Settings:
    """Return the settings of an environment; an empty variable counts as unset.

    Raises SettingsError naming every variable that can't be used.
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
    on_vercel = bool(env.get("VERCEL"))
    settings = Settings(**(ON_VERCEL if on_vercel else {}) | given, on_vercel=on_vercel)
    if settings.on_vercel and settings.counters_path:
        faults.append("COUNTERS_PATH can't be used on Vercel, where each instance has a disk of its own")
    if faults:
        raise SettingsError("; ".join(faults))
    return _located(settings, env)


def _located(settings: Settings, env: Mapping[str, str]) -> Settings:
    """Return settings with a place for the SQLite file, where one is used."""
    if settings.on_vercel or settings.redis_url or settings.counters_path:
        return settings
    folder = env.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111 - it never raises
    return replace(settings, counters_path=Path(folder) / "tandem" / "api.db")


def from_process() -> Settings:
    """Return the settings of this process."""
    return from_env(os.environ)  # noqa: TID251 - the one place


def keep_to_one_thread() -> None:
    """Let OpenBLAS start no threads, unless the environment says otherwise; to be called before numpy loads.

    One row is no work for several, and they spin while they wait for some: on two cores the imports of numpy
    and onnxruntime took 200 ms with them and 96 without.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251 - the one place
