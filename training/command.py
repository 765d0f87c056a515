"""The commands that train a model: python -m training math-score."""

import argparse
import sys
import time
from pathlib import Path

from tools.arguments import integer
from training.disk import check_writable
from training.display import open_display
from training.errors import TrainingError, UsageError
from training.pipeline import Order, train
from training.recipes.catalogue import CATALOGUE
from training.recipes.recipe import Recipe, Source
from training.stages import Run, Together
from training.summary import summary
from training.track.session import tracked
from training.track.store import Store, opened
from training.versions import PATTERN
from training.watch import options
from training.watch.session import watched
from training.writer import WriteError, record_failure

ARTIFACTS = Path(__file__).resolve().parent.parent / "ml-api" / "artifacts"
seed = integer(0, 2**31 - 1)  # What every library takes.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a training run."""
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="a CSV file to train on instead of the shipped data"
    )
    add_artifacts(parser, "where bundles go")
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="seed of every random choice (0)")
    parser.add_argument("--version", type=version, metavar="V", help="the bundle's version (the next one)")
    parser.add_argument(
        "--track",
        metavar="URI",
        help="log the training in MLflow, register the model and mark the best one: sqlite:///mlflow.db or "
        "a server's address",
    )
    options.add_arguments(parser)


def add_artifacts(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option that names the folder of bundles."""
    parser.add_argument(
        "--artifacts", type=Path, metavar="DIR", default=ARTIFACTS, help=f"{what} (ml-api/artifacts)"
    )


def run(args: argparse.Namespace) -> int:
    """Train and commit each of the command's recipes, or record why not."""
    recipes = _recipes(args)
    for recipe in recipes:
        options.check(args, recipe)
    check_writable(args.artifacts)
    store = None if args.track is None else opened(args.track)
    for recipe in recipes:
        _train(_order(recipe, args), args, store)
    return 0


def _recipes(args: argparse.Namespace) -> list[Recipe]:
    """Return the command's recipes, of those with a fixed version only the one that was asked for."""
    known = CATALOGUE[args.recipe]
    if args.version is None:
        return list(known)
    asked = [recipe for recipe in known if recipe.version in (None, args.version)]
    if not asked:
        versions = " or ".join(str(recipe.version) for recipe in known)
        raise UsageError(f"--version {args.version}: {args.recipe} has no such version, only {versions}")
    return asked


def _order(recipe: Recipe, args: argparse.Namespace) -> Order:
    return Order(
        recipe=recipe,
        source=recipe.source if args.data is None else supplied(args.data),
        root=args.artifacts,
        version=recipe.version or args.version,
        seed=args.seed,
        epochs=args.epochs or recipe.epochs,
    )


def _train(order: Order, args: argparse.Namespace, store: Store | None) -> None:
    name = order.recipe.name
    with watched(args, name) as board, tracked(store, order, time.time) as logs:
        with open_display() as display:
            running = Run(name, Together(display, board, *logs), time.time, time.perf_counter)
            try:
                trained = train(order, running)
            except Exception:
                _record(order, running)
                raise
        print(summary(trained, order.root))
        for log in logs:
            log.finish(trained)


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


def version(text: str) -> str:
    """Return a bundle's version."""
    if not PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no version: digits, with dots between them, as 3 or 2.1"
        )
    return text
