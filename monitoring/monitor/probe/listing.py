"""What /api/models lists."""

from dataclasses import dataclass
from typing import Any

from monitor import shapes

_MOST = 1_000

Key = tuple[str, str]
"""A model and its version."""


@dataclass(frozen=True)
class Listing:
    """Every model and version, with the sha256 that the API says it has, and which one is the default."""

    sha256: dict[Key, str | None]
    default: Key | None

    def newest(self) -> list[Key]:
        """Return the newest version of every model but the default one, in the order of the list."""
        newest: dict[str, str] = {}
        for name, version in self.sha256:
            if name not in newest or shapes.order(version) > shapes.order(newest[name]):
                newest[name] = version
        return [key for key in newest.items() if self.default is None or key[0] != self.default[0]]


def read_listing(value: Any) -> Listing:
    """Return what a value lists. Raises WrongShape."""
    models = shapes.a_list(shapes.an_object(value, "").get("models"), "models", _MOST)
    entries = [_entry(model, f"models/{at}") for at, model in enumerate(models)]
    defaults = [key for key, _, default in entries if default]
    sha256 = {key: sha for key, sha, _ in entries}
    if len(sha256) < len(entries):
        raise shapes.WrongShape("models", "a list in which none stands twice")
    if len(defaults) > 1:
        raise shapes.WrongShape("models", "a list with one default")
    return Listing(sha256, defaults[0] if defaults else None)


def _entry(value: Any, at: str) -> tuple[Key, str | None, bool]:
    entry = shapes.an_object(value, at)
    key = shapes.name(entry.get("name"), f"{at}/name"), shapes.version(entry.get("version"), f"{at}/version")
    sha256 = shapes.nullable(shapes.sha256, entry.get("sha256"), f"{at}/sha256")
    return key, sha256, shapes.flag(entry.get("default"), f"{at}/default")
