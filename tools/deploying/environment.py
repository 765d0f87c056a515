"""Which variables a deployment will have, as far as that is known here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import parse_stream

from tools.terminal import ToolError

PULLED = Path(".vercel") / ".env.production.local"
HIDDEN = "[SENSITIVE]"
"""What the platform writes in place of a value that it shows to nobody."""
PULL = "vercel pull --yes --environment=production"


@dataclass(frozen=True)
class Given:
    """Values by name, the names whose values the platform keeps to itself, and where all that was read.

    is_guess: it is this shell's environment, of which the platform knows nothing.
    """

    values: Mapping[str, str] = field(repr=False)
    hidden: frozenset[str]
    source: str
    is_guess: bool = False

    def has(self, *names: str) -> bool:
        """Tell whether one of several variables is set, whatever its value."""
        return any(name in self.hidden or self.values.get(name) for name in names)

    def with_value(self, name: str, value: str) -> "Given":
        """Return the same with a variable that will be set before it is deployed."""
        return Given({**self.values, name: value}, self.hidden - {name}, self.source, self.is_guess)


def given(folder: Path, told: Path | None, process: Mapping[str, str]) -> Given:
    """Return a folder's variables: of the file that was told, else of the file pulled, else of this process.

    Raises ToolError for a file that can't be read.
    """
    pulled = folder / PULLED
    if told is not None:
        return read(told, str(told))
    if pulled.exists():
        return read(pulled, f"{folder.name}/{PULLED.as_posix()}")
    return Given(dict(process), frozenset(), "this shell", is_guess=True)


def read(path: Path, shown: str) -> Given:
    """Return the variables of a file of NAME=VALUE lines. Raises ToolError, which repeats no value."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            lines = list(parse_stream(stream))
    except OSError as error:
        raise ToolError(f"{shown} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ToolError(f"{shown} is no text in UTF-8") from error
    for each in lines:
        if each.error or (each.key and each.value is None):
            raise ToolError(f"{shown}:{each.original.line} is no NAME=VALUE")
    values = {each.key: each.value for each in lines if each.key and each.value is not None}
    hidden = frozenset(name for name, value in values.items() if value == HIDDEN)
    return Given({name: values[name] for name in values.keys() - hidden}, hidden, shown)
