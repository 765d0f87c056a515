"""What a folder's own settings say of its build: the Python, and what changes the files that are built."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.doctor.platform import PYTHONS
from training.errors import TrainingError

SETTINGS = "vercel.json"
VERSION = ".python-version"
IGNORE = ".vercelignore"
LOCK = "uv.lock"
READ_FIRST = ("Pipfile.lock", "Pipfile", "requirements.frozen.txt", "requirements-frozen.txt")


def read_python(folder: Path) -> str:
    """Return the Python that the platform takes, such as 3.12; TrainingError where it has none such."""
    path = folder / VERSION
    if not path.exists():
        return PYTHONS[0]
    said = read_text(path, VERSION).strip()
    version = ".".join(said.split(".")[:2])
    if version not in PYTHONS:
        raise TrainingError(f"{VERSION} says {said!r}: the platform has Python {', '.join(PYTHONS)}")
    return version


def setting_notes(folder: Path) -> Iterator[str]:
    """Return what the folder's settings do to the files, which is not foretold here."""
    path = folder / SETTINGS
    settings = _settings(path) if path.exists() else {}
    if command := settings.get("buildCommand"):
        yield f"{SETTINGS} runs `{command}` first: what that writes counts as far as it is here"
    functions = settings.get("functions")
    parts = functions.values() if isinstance(functions, dict) else ()
    if any(isinstance(part, dict) and "excludeFiles" in part for part in parts):
        yield f"{SETTINGS} leaves files out (excludeFiles): they are counted here all the same"
    if (folder / LOCK).exists():
        yield f"{LOCK} pins what the platform installs: resolved here without it"
    if not (folder / "pyproject.toml").exists():
        for name in READ_FIRST:
            if (folder / name).exists():
                yield f"the platform reads {name} before requirements.txt: not read here"
    if (folder / IGNORE).exists():
        yield f"{IGNORE} leaves files out: they are counted here all the same"


def read_text(path: Path, name: str) -> str:
    """Return a file's text; TrainingError that names it where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TrainingError(f"{name} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TrainingError(f"{name} is no text in UTF-8") from error


def _settings(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(read_text(path, SETTINGS))
    except (ValueError, RecursionError) as error:
        raise TrainingError(f"{SETTINGS} is no JSON") from error
    if not isinstance(settings, dict):
        raise TrainingError(f"{SETTINGS} is no JSON object")
    return settings
