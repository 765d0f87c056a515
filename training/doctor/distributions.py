"""Installed distributions: their bytes as the platform counts them, and which of them bring which."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from training.doctor.platform import NOT_BUILT_NAMES, NOT_BUILT_SUFFIXES

TESTS = {"test", "tests"}


@dataclass(frozen=True)
class Distribution:
    """A distribution; files: path below the packages' folder to bytes; needs: what its metadata ask for."""

    name: str
    version: str
    files: Mapping[str, int]
    needs: tuple[Requirement, ...] = ()
    modules: frozenset[str] = field(default=frozenset())

    @property
    def bytes(self) -> int:
        """Return what it weighs alone."""
        return sum(self.files.values())

    @property
    def tests(self) -> int:
        """Return what its folders of tests weigh."""
        return sum(size for file, size in self.files.items() if TESTS & {*PurePosixPath(file).parts[:-1]})

    @property
    def tops(self) -> set[str]:
        """Return the names by which it is imported."""
        return {module.partition(".")[0] for module in self.modules}


Installed = Mapping[str, Distribution]


def read_installed(paths: Iterable[str]) -> dict[str, Distribution]:
    """Return what is installed in folders, by name; of two the first, as imports find it."""
    found: dict[str, Distribution] = {}
    for each in metadata.distributions(path=list(paths)):
        name = canonicalize_name(each.metadata["Name"])
        if name not in found and each.files is not None:  # Without a list of files there is nothing to weigh.
            files = _files(each)
            found[name] = Distribution(name, each.version, files, _needs(each), _modules(files))
    return found


def closure(installed: Installed, asked: Iterable[Requirement], python: str) -> set[str]:
    """Return the names of all that requirements bring, on the platform's Linux with that Python."""
    wanted, seen, names = list(asked), set[tuple[str, str]](), set[str]()
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if name in installed and (name, extra) not in seen:
                seen.add((name, extra))
                names.add(name)
                wanted += [each for each in installed[name].needs if applies(each, python, extra)]
    return names


def applies(requirement: Requirement, python: str, extra: str = "") -> bool:
    """Return whether a requirement counts on the platform."""
    return requirement.marker is None or requirement.marker.evaluate(_platform(python) | {"extra": extra})


def weight(installed: Installed, names: Iterable[str]) -> int:
    """Return the bytes of several distributions; a file that two of them list is there once."""
    files: dict[str, int] = {}
    for name in names:
        files |= installed[name].files
    return sum(files.values())


def _platform(python: str) -> dict[str, str | Set[str]]:
    """Return what markers ask about, where it may differ from here."""
    return {
        **{"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"},
        **{"platform_machine": "x86_64", "platform_python_implementation": "CPython"},
        **{"implementation_name": "cpython", "python_version": python, "python_full_version": f"{python}.0"},
    }


def _files(each: metadata.Distribution) -> dict[str, int]:
    found: dict[str, int] = {}
    for file in each.files or ():
        path = Path(str(each.locate_file(file)))
        if _is_built(file) and path.is_file():
            found[file.as_posix()] = path.stat().st_size
    return found


def _is_built(file: metadata.PackagePath) -> bool:
    """Return whether the platform takes a file: no caches, no type stubs, no programs beside the packages."""
    outside = file.parts[0] in ("..", "bin")
    cached = file.suffix in NOT_BUILT_SUFFIXES or "__pycache__" in file.parts
    return not (outside or cached or file.name in NOT_BUILT_NAMES)


def _needs(each: metadata.Distribution) -> tuple[Requirement, ...]:
    found = []
    for text in each.requires or ():
        try:
            found.append(Requirement(text))
        except InvalidRequirement:  # of an old package; what it brings then counts as asked by nobody
            continue
    return tuple(found)


def _modules(files: Iterable[str]) -> frozenset[str]:
    """Return the modules in files, with dots."""
    found = set()
    for file in map(PurePosixPath, files):
        if file.suffix in (".py", ".so"):
            parts = [*file.parts[:-1], file.name.partition(".")[0]]
            found.add(".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts))
    return frozenset(found)
