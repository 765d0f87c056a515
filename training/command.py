"""The commands that train a recipe: python -m training math-score | penguins."""

import argparse
import sys
import time
from pathlib import Path

from training.display import open_display
from training.errors import TrainingError
from training.pipeline import Order, train
from training.recipes.math_score import MATH_SCORE
from training.recipes.penguins import PENGUINS
from training.recipes.recipe import Source
from training.stages import Run
from training.summary import summary
from training.versions import PATTERN
from training.writer import WriteError, record_failure

ARTIFACTS = Path(__file__).resolve().parent.parent / "ml-api" / "artifacts"
MOST_SEED = 2**31
RECIPES = {recipe.name: recipe for recipe in (MATH_SCORE, PENGUINS)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a training run."""
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="a CSV file to train on instead of the shipped data"
    )
    add_artifacts(parser, "where bundles go")
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="of every random choice (0)")
    parser.add_argument("--version", type=version, metavar="V", help="the bundle's version (the next one)")


def add_artifacts(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option that names the folder of bundles."""
    parser.add_argument(
        "--artifacts", type=Path, metavar="DIR", default=ARTIFACTS, help=f"{what} (ml-api/artifacts)"
    )


def run(args: argparse.Namespace) -> int:
    """Train and commit, or record why not."""
    recipe = RECIPES[args.recipe]
    source = recipe.source if args.data is None else supplied(args.data)
    order = Order(recipe=recipe, source=source, root=args.artifacts, version=args.version, seed=args.seed)
    with open_display() as display:
        running = Run(recipe.name, display, time.time, time.perf_counter)
        try:
            trained = train(order, running)
        except Exception:
            _record(order, running)
            raise
    print(summary(trained, order.root))
    return 0


def supplied(path: Path) -> Source:
    """Return a person's own file as a source, of which nothing but the name is known."""
    return Source(
        read=lambda: _read(path),
        source=path.name,
        licence="unknown",
        synthetic=False,
        note="Supplied by the person who trained.",
        limitations=("The training data were supplied by the person who trained; their origin is unknown.",),
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingError(f"{path.name} can't be read: {error.strerror}") from error


def _record(order: Order, running: Run) -> None:
    try:
        record_failure(order.root, order.recipe.name, running.record(success=False))
    except WriteError as error:  # the failure itself is what the person must see
        print(f"error: the failed run could not be recorded: {error}", file=sys.stderr)


def seed(text: str) -> int:
    """Return a seed that every library takes."""
    number = int(text)
    if not 0 <= number < MOST_SEED:
        raise argparse.ArgumentTypeError(f"a seed is 0 to {MOST_SEED - 1}")
    return number


def version(text: str) -> str:
    """Return a bundle's version."""
    if not PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError("a version is digits, with dots between them: 3 or 2.1")
    return text
