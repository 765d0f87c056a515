"""The command that foretells a deployment's size and what its start imports."""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tools.arguments import integer
from training.doctor.advice import Found, drops, missing_engines, remarks
from training.doctor.examination import Examination, Options, examine
from training.doctor.platform import MOST_TO_BUILD_MIB
from training.doctor.report import sentences, size_lines, start_lines
from training.doctor.resolve import CACHE
from training.engines import MIB, MOST_MIB
from training.errors import TrainingError, UsageError

RUNS = 5
MOST_RUNS = 100
EXACTNESS = 0.03  # A test compares with real builds.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of doctor."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what is deployed: ml-api or monitoring")
    parser.add_argument(
        "--runs",
        type=integer(0, MOST_RUNS),
        default=RUNS,
        metavar="N",
        help=f"how often its app is started, 0 to skip ({RUNS})",
    )
    parser.add_argument(
        "--env",
        type=setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable for its start, which gets nothing of your environment; may be repeated",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="ask the package index again, though it was asked within a day"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        default=CACHE,
        help="where packages are installed (.cache/doctor)",
    )


def run(args: argparse.Namespace) -> int:
    """Print what was found; return 0 below the platform's line, 1 above or where there is a fault."""
    if not args.folder.is_dir():
        raise UsageError(f"{args.folder} is no folder")
    folder = args.folder.resolve()
    options = Options(folder, args.runs, dict(args.env), args.fresh, args.cache.resolve())
    made = examine(options, time.time())
    print("\n".join(_lines(made, folder.name)), flush=True)  # Before the errors, where both go to one file.
    if faults := [*made.faults, *_last_faults(made, folder.name)]:
        raise TrainingError(*faults)
    return 0


def _lines(made: Examination, name: str) -> Iterator[str]:
    if made.bytes is None or made.weights is None or made.files is None or made.found is None:
        yield f"{name}: its size can't be foretold"
    else:
        yield f"{name}: {made.bytes / MIB:.1f} MiB, of {MOST_MIB} that the platform builds into a function"
        yield _basis(made)
        yield ""
        yield from size_lines(made.weights, made.files)
        if made.start:
            yield ""
            yield from start_lines(made.start, made.interpreter)
        yield from sentences("What may go", drops(made.found))
        yield from sentences("What to know", [*remarks(made.found), *_notes(made, made.found)])
        return
    yield from sentences("What to know", made.notes)


def _basis(made: Examination) -> str:
    if made.weights and made.weights.is_resolved:
        return f"Packages as resolved for Python {made.python} on Linux x86_64."
    here = f"Python {'.'.join(map(str, sys.version_info[:2]))} on {sys.platform}"
    return f"NOT RESOLVED: packages weighed as they are installed here, for {here}."


def _notes(made: Examination, found: Found) -> Iterator[str]:
    yield from made.notes
    size = (made.bytes or 0) / MIB
    if abs(size - MOST_MIB) < EXACTNESS * MOST_MIB:
        yield f"this is within {EXACTNESS:.0%} of the line, which is as exact as the prediction is"
    if "sklearn" in found.bundles.needs.models and made.start:
        yield "pickles are loaded at this start only with --env ALLOW_PICKLE=1, which runs the code in them"


def _last_faults(made: Examination, name: str) -> Iterator[str]:
    if made.found:
        yield from missing_engines(made.found)
    size = (made.bytes or 0) / MIB
    if size > MOST_TO_BUILD_MIB:
        yield f"{name} is {size:.1f} MiB: the platform refuses to build more than {MOST_TO_BUILD_MIB}"
    elif size > MOST_MIB:
        yield (
            f"{name} is {size - MOST_MIB:.1f} MiB above the line of {MOST_MIB} MiB: "
            "packages would be installed at every cold start"
        )


def setting(text: str) -> tuple[str, str]:
    """Return the name and the value of NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
