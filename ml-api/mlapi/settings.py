"""The only reader of the environment; a value that can't be used stops the start and is named."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts"


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


def _setting(default: Any, read: Callable[[str], Any], says: str) -> Any:
    return field(default=default, metadata={"read": read, "says": says})


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
        if not env.get(variable):
            continue
        try:
            given[known.name] = known.metadata["read"](env[variable])
        except ValueError as error:
            faults.append(f"{variable} {error}")
    if faults:
        raise SettingsError("; ".join(faults))
    return Settings(**given)


def from_process() -> Settings:
    """Return the settings of this process."""
    return from_env(os.environ)  # noqa: TID251 - the one place
