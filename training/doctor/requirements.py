"""What a folder asks for: in pyproject.toml, which the platform reads first, else in requirements.txt."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from training.doctor.folder import read_text
from training.errors import TrainingError

REQUIREMENTS = "requirements.txt"
PROJECT = "pyproject.toml"
UV_SETTINGS = "uv.toml"
INCLUDES = ("-r", "--requirement", "-c", "--constraint")


@dataclass(frozen=True)
class Line:
    """A requirement and where it stands."""

    requirement: Requirement
    place: str

    @property
    def name(self) -> str:
        """Return the distribution's name in the spelling that all sides compare."""
        return canonicalize_name(self.requirement.name)

    @property
    def is_pinned(self) -> bool:
        """Return whether only one version will do."""
        exact = [each for each in self.requirement.specifier if each.operator in ("==", "===")]
        return self.requirement.url is not None or any("*" not in each.version for each in exact)


@dataclass(frozen=True)
class Asked:
    """What a file asks for; text: of all files that say so.

    excluded: what is left out although it is needed; unread: what only a file asks for that is not read.
    """

    file: str
    lines: tuple[Line, ...]
    text: bytes
    excluded: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()

    def line(self, name: str) -> Line | None:
        """Return the line that asks for a distribution."""
        return next((line for line in self.lines if line.name == name), None)


def read_asked(folder: Path) -> Asked:
    """Return what a folder asks for; TrainingError where no file says it, or where it can't be read."""
    texts: dict[Path, str] = {}
    if (folder / UV_SETTINGS).exists():  # The resolver heeds it.
        texts[folder / UV_SETTINGS] = read_text(folder / UV_SETTINGS, UV_SETTINGS)
    if (folder / PROJECT).exists():
        text = texts[folder / PROJECT] = read_text(folder / PROJECT, PROJECT)
        lines, excluded = _project(text)
        return Asked(PROJECT, lines, _joined(texts), excluded, _unread(folder, lines))
    lines = tuple(_lines(folder / REQUIREMENTS, REQUIREMENTS, texts, asks=True))
    return Asked(REQUIREMENTS, lines, _joined(texts))


def _unread(folder: Path, lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Return what a requirements.txt asks for beside the project that is read instead."""
    if not (folder / REQUIREMENTS).exists():
        return ()
    others = {line.name for line in _lines(folder / REQUIREMENTS, REQUIREMENTS, {}, asks=True)}
    return tuple(sorted(others - {line.name for line in lines}))


def _joined(texts: dict[Path, str]) -> bytes:
    return "\0".join(texts.values()).encode()


def _project(text: str) -> tuple[tuple[Line, ...], frozenset[str]]:
    try:
        settings: dict[str, Any] = tomllib.loads(text)
        asked = settings["project"].get("dependencies", [])
        excluded = settings.get("tool", {}).get("uv", {}).get("exclude-dependencies", [])
        lines = tuple(Line(Requirement(each), f"{PROJECT}:{_line_of(each, text)}") for each in asked)
        return lines, frozenset(map(canonicalize_name, excluded))
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"{PROJECT} is no TOML: {error}") from error
    except InvalidRequirement as error:
        raise TrainingError(f"{PROJECT}: {str(error).splitlines()[0]}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{PROJECT} lists no dependencies under [project], and the platform installs from it alone"
        ) from error


def _line_of(requirement: str, text: str) -> int:
    """Return the line on which a requirement stands, or 1 where it is spelled with escapes."""
    return next((at for at, line in enumerate(text.splitlines(), 1) if requirement in line), 1)


def _lines(path: Path, name: str, texts: dict[Path, str], asks: bool) -> Iterator[Line]:
    if path.resolve() in texts:  # Two files may include each other.
        return
    text = texts[path.resolve()] = read_text(path, name)
    number = 1
    for raw in text.replace("\\\n", "\0").splitlines():
        stripped = raw.replace("\0", " ").split(" #")[0].strip()
        option, _, value = stripped.replace("=", " ", 1).partition(" ")
        if option in INCLUDES:
            included = value.strip()
            yield from _lines(path.parent / included, included, texts, asks and option in INCLUDES[:2])
        elif asks and (requirement := _requirement(stripped)):
            yield Line(requirement, f"{name}:{number}")
        number += 1 + raw.count("\0")


def _requirement(text: str) -> Requirement | None:
    """Return the requirement in a line; None for what has no name here (the resolver judges it)."""
    if not text or text[0] in "#-":
        return None
    try:
        return Requirement(text.split(" --")[0])
    except InvalidRequirement:
        return None
