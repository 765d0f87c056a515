"""How large the platform's build of a folder will be, and whether its app starts, foretold by `doctor`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.deploying.finding import Finding, fault, ok, unchecked, warning
from training.doctor.advice import drops
from training.doctor.bundles import read_bundles
from training.doctor.examination import Examination, Options, examine
from training.doctor.platform import MOST_TO_BUILD_MIB
from training.doctor.resolve import CACHE
from training.engines import MIB, MOST_MIB
from training.errors import TrainingError

STARTED = ("ALLOW_PICKLE", "DEFAULT_MODEL", "MODEL_VERSION")
"""Variables that a start here is given; none that is secret, and none that lets it call anybody."""


def size_findings(folder: Path, values: Mapping[str, str], now: float) -> Iterator[Finding]:
    """Yield the foretold size, and every fault that `doctor` finds beside those of bundles."""
    about = f"{folder.name} size"
    env = {name: values[name] for name in STARTED if values.get(name)}
    try:
        made = examine(Options(folder, 1, env, fresh=False, cache=CACHE), now)
    except TrainingError as error:
        yield from (fault(about, line) for line in error.lines)
        return
    known = read_bundles(folder).faults  # Said already, by the API's own reading.
    yield from (fault(folder.name, said) for said in made.faults if said not in known)
    yield _size(about, made, folder.name)


def _size(about: str, made: Examination, name: str) -> Finding:
    if made.bytes is None or made.weights is None:
        return unchecked(about, "can't be foretold", f"python -m training doctor {name} tells more")
    size = f"{made.bytes / MIB:.1f} MiB foretold"
    less = next(iter(drops(made.found)), "") if made.found else ""
    if made.bytes / MIB > MOST_TO_BUILD_MIB:
        return fault(about, f"{size}: the platform builds no more than {MOST_TO_BUILD_MIB}", less)
    if made.bytes / MIB > MOST_MIB:
        said = f"{size}, above {MOST_MIB}: packages would be installed at every cold start"
        return fault(about, said, less or f"python -m training doctor {name} lists what weighs")
    if not made.weights.is_resolved:
        return warning(about, f"{size} of what is installed here: {'; '.join(made.notes)}")
    started = f"; its app starts in {made.start.seconds * 1000:.0f} ms here" if made.start else ""
    return ok(about, f"{size}, of {MOST_MIB}{started}")
