"""The command that checks bundles: every byte against its hash, every answer against scikit-learn."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from training.answer_checks import Check
from training.checks import bundle_checks
from training.command import ARTIFACTS
from training.errors import TrainingError
from training.index import read_index


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of verify."""
    parser.add_argument(
        "path",
        type=Path,
        nargs="?",
        metavar="PATH",
        help="a bundle's folder, or a folder of bundles (ml-api/artifacts)",
    )
    parser.add_argument(
        "--artifacts", type=Path, metavar="DIR", default=ARTIFACTS, help="the same, as other commands have it"
    )


def run(args: argparse.Namespace) -> int:
    """Print a line per check; return 1 where one failed."""
    failed = 0
    for place, check in checks(args.path or args.artifacts):
        failed += not check.passed
        stream = sys.stdout if check.passed else sys.stderr
        print(
            f"{'ok' if check.passed else 'FAILED':6}  {place:20}  {check.name:14}  {check.said}", file=stream
        )
    return 1 if failed else 0


def checks(path: Path) -> Iterator[tuple[str, Check]]:
    """Return every check of a bundle's folder, or of all bundles in a folder, each with its bundle."""
    single = not (path / "index.json").exists() and (path / "bundle.json").exists()
    root = path.resolve().parent.parent if single else path
    try:
        index = read_index(root)
    except TrainingError as error:
        yield "index.json", Check("seal", False, str(error))
        return
    listed = [(name, version) for name, versions in index.items() for version in versions]
    wanted = [each for each in listed if not single or root.joinpath(*each) == path.resolve()]
    if not wanted:
        yield "index.json", Check("index", False, f"lists no bundle in {path}")
    for name, version in wanted:
        for check in bundle_checks(root / name / version, index[name][version]):
            yield f"{name}/{version}", check
