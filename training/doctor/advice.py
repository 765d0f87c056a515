"""What to take away, and what to know: sentences from what was found, each with what it saves."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.doctor.bundles import Bundles, asks_for
from training.doctor.requirements import PROJECT, REQUIREMENTS, Line
from training.doctor.source import Source
from training.doctor.start import Start
from training.doctor.weights import Weights
from training.engines import MIB, PACKAGES

ENGINES = {package for packages in PACKAGES.values() for package in packages}
WORTH_SAYING = MIB


@dataclass(frozen=True)
class Found:
    """All that was found in a folder; start is None where nothing was started."""

    folder: Path
    weights: Weights
    bundles: Bundles
    source: Source
    start: Start | None


def drops(found: Found) -> Iterator[str]:
    """Return what may go."""
    yield from _idle_engines(found)
    yield from _two_engines(found)
    yield from _unused(found)
    for place in found.bundles.unlisted:
        yield f"delete {place}: index.json does not list it, so nothing serves it"


def remarks(found: Found) -> Iterator[str]:
    """Return what weighs or moves and can't be helped, or only elsewhere."""
    if unread := found.weights.asked.unread:
        yield f"{REQUIREMENTS} also asks for {_listed(unread)}: the platform reads {PROJECT} alone"
    yield from _tests(found.weights)
    yield from _copies(found.bundles)
    for line in found.weights.lines:
        each = found.weights.installed.get(line.name)
        if each and not line.requirement.specifier.contains(each.version, prereleases=True):
            yield f"{line.place} asks for {line.requirement}: weighed as {each.version}, which is here"
        elif each and not line.is_pinned:
            yield (
                f"{line.place} pins no version of {line.name}: weighed as {each.version}, "
                "and a build may take another"
            )


def missing_engines(found: Found) -> Iterator[str]:
    """Return what bundles need and the folder's requirements don't bring."""
    lacking = [name for name in found.bundles.needs.packages() if name not in found.weights.installed]
    if lacking:
        needs = found.bundles.needs.models
        models = sorted(
            {model for need, of in PACKAGES.items() if {*of} & {*lacking} for model in needs[need]}
        )
        yield (
            f"{_listed(lacking)} must stand in {found.weights.asked.file} to serve {_listed(models)}: "
            "`python -m training pack` and `remove` write these lines"
        )


def _idle_engines(found: Found) -> Iterator[str]:
    if found.bundles.are_whole:
        needed = found.bundles.needs.packages()
        idle = [line for line in found.weights.lines if line.name in ENGINES and line.name not in needed]
        idle = [line for line in idle if not _is_imported(line, found)]
        if idle:
            yield f"drop {_named(idle)}: no bundle needs it. Saves {_saved(found.weights, idle)}"


def _two_engines(found: Found) -> Iterator[str]:
    models = found.bundles.needs.models
    if len(found.bundles.needs.engines) > 1:
        for engine, words in (("onnx", "ONNX Runtime"), ("sklearn", "scikit-learn")):
            names = {*PACKAGES[engine], *(PACKAGES["frame"] if engine == "sklearn" else ())}
            lines = [line for line in found.weights.lines if line.name in names]
            yield (
                f"of two engines {words} serves {_listed(models[engine])}: without these models it goes "
                f"(`python -m training remove NAME`). Saves {_saved(found.weights, lines)}"
            )


def _unused(found: Found) -> Iterator[str]:
    if found.source.faults:  # What a file that can't be read imports is not known.
        return
    for line in found.weights.lines:
        each = found.weights.installed.get(line.name)
        if each is None or not each.tops or line.name in ENGINES or found.weights.parents(line.name):
            continue
        pickled = any(asks_for(found.folder, found.bundles, top) for top in each.tops)
        if not (pickled or _is_imported(line, found) or each.tops & found.source.imports):
            saved = _saved(found.weights, [line])
            yield (
                f"drop {_named([line])}, unless something loads it by name: no file here imports it. "
                f"Saves {saved}"
            )


def _is_imported(line: Line, found: Found) -> bool:
    """Return whether the start was seen to import a line's package."""
    each = found.weights.installed.get(line.name)
    return bool(each and found.start and each.modules & found.start.modules)


def _tests(weights: Weights) -> Iterator[str]:
    heavy = sorted(weights.installed.values(), key=lambda each: -each.tests)
    total = sum(each.tests for each in heavy)
    if total >= WORTH_SAYING:
        parts = ", ".join(f"{each.name} {each.tests / MIB:.1f}" for each in heavy[:3] if each.tests)
        yield f"tests inside packages: {total / MIB:.1f} MiB ({parts}); the platform leaves none of them out"


def _copies(bundles: Bundles) -> Iterator[str]:
    copies = [each for each in bundles.sound if each.engine == "onnx" and each.pickle]
    if copies:
        size = sum(each.pickle for each in copies) / MIB
        yield (
            f"model.joblib of {len(copies)} bundles that ONNX Runtime serves: {size:.1f} MiB, "
            "which stay: a bundle is checked whole"
        )


def _saved(weights: Weights, lines: list[Line]) -> str:
    return f"{weights.saved(line.name for line in lines) / MIB:.1f} MiB"


def _named(lines: list[Line]) -> str:
    return _listed([f"{line.name} ({line.place})" for line in lines])


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
