"""Are the packages that a folder asks for those that its bundles need, and does its lock hold them?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools import lock
from tools.deploying.finding import Finding, fault, ok
from training.doctor.bundles import Bundle, read_bundles
from training.doctor.requirements import Asked, read_asked
from training.engines import PACKAGES
from training.errors import TrainingError

WRITTEN = "`python -m training pack` and `remove` write these lines"


def package_findings(root: Path, name: str) -> Iterator[Finding]:
    """Yield what is wrong with a deployment's requirements and its lock."""
    about = f"{name} requirements"
    try:
        asked = read_asked(root / name)
        found = [*_lacking(root / name, about, asked), *_locks(root, name)]
    except TrainingError as error:
        found = [fault(about, each) for each in error.lines]
    except OSError as error:
        found = [fault(about, f"{error.filename} can't be read: {error.strerror}")]
    yield from found or [ok(about, "what the bundles need, and the lock holds it")]


def _lacking(folder: Path, about: str, asked: Asked) -> Iterator[Finding]:
    """Yield what a bundle needs, in the version that it was made with, and is not asked for."""
    for bundle in read_bundles(folder).sound:
        made_with = _card(folder, bundle)["libraries"]
        for package in _needed(bundle):
            line = asked.line(package)
            of = f"{bundle.name} {bundle.version}"
            if line is None:
                yield fault(about, f"{package} must stand in {asked.file} to serve {of}", WRITTEN)
            elif bundle.engine == "sklearn" and not line.requirement.specifier.contains(
                made_with.get(package, "")
            ):
                said = (
                    f"{line.place} asks for {line.requirement}; {of} was packed with {made_with.get(package)}"
                )
                yield fault(about, said, "pack it anew, or ask for that version")


def _needed(bundle: Bundle) -> Iterator[str]:
    for need in dict.fromkeys((bundle.engine, bundle.form)):
        yield from PACKAGES.get(need, ())


def _card(folder: Path, bundle: Bundle) -> dict[str, Any]:
    """Return the card of a bundle that is known to be sound."""
    path = folder / "artifacts" / bundle.name / bundle.version / "bundle.json"
    card: dict[str, Any] = json.loads(path.read_bytes())
    return card


def _locks(root: Path, name: str) -> Iterator[Finding]:
    for said in lock.faults(root):
        if said.startswith(f"{name}/"):
            yield fault(f"{name} lock", said, "make lock")
