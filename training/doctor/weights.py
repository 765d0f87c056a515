"""What a folder's packages weigh together, and what would go if some of its lines went."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from training.doctor.distributions import Installed, applies, closure, read_installed, weight
from training.doctor.requirements import Asked, Line


@dataclass(frozen=True)
class Weights:
    """Packages and who asked for them; is_resolved: as the platform would install them, not as found here."""

    installed: Installed
    asked: Asked
    python: str
    is_resolved: bool

    @property
    def bytes(self) -> int:
        """Return what all packages weigh."""
        return weight(self.installed, self.installed)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Return the lines that count on the platform."""
        return tuple(line for line in self.asked.lines if applies(line.requirement, self.python))

    def brings(self, name: str) -> int:
        """Return the bytes of a distribution with all that it needs."""
        line = self.asked.line(name)
        wanted = line.requirement if line else Requirement(name)
        return weight(self.installed, self._closure([wanted]))

    def saved(self, dropped: Iterable[str]) -> int:
        """Return the bytes that go when these lines go: of what no other line needs."""
        gone = set(dropped)
        unnamed = set(self.installed) - self._closure(line.requirement for line in self.lines)
        rest = self._closure(line.requirement for line in self.lines if line.name not in gone) | unnamed
        return self.bytes - weight(self.installed, rest)

    def parents(self, name: str) -> list[str]:
        """Return the distributions that ask for one."""
        return sorted(each for each in self.installed if name in self._needs(each))

    def missing(self) -> list[str]:
        """Return what is asked for, by a line or by a package, and is not here."""
        asked = {line.name for line in self.lines}
        asked |= {each for name in self.installed for each in self._needs(name)}
        return sorted(asked - set(self.installed) - self.asked.excluded)

    def _needs(self, name: str) -> set[str]:
        needs = self.installed[name].needs
        return {canonicalize_name(each.name) for each in needs if applies(each, self.python)}

    def _closure(self, asked: Iterable[Requirement]) -> set[str]:
        return closure(self.installed, asked, self.python)


def weigh_resolved(site: Path, asked: Asked, python: str) -> Weights:
    """Return the weights of a folder into which nothing but what was asked for was installed."""
    return Weights(read_installed([str(site)]), asked, python, is_resolved=True)


def weigh_here(asked: Asked, python: str, paths: Iterable[str]) -> Weights:
    """Return the weights of what is asked for as it is installed for this Python."""
    every = {name: each for name, each in read_installed(paths).items() if name not in asked.excluded}
    all_here = Weights(every, asked, python, is_resolved=False)
    names = closure(every, (line.requirement for line in all_here.lines), python)
    return replace(all_here, installed={name: every[name] for name in sorted(names)})
