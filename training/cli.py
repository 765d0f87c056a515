"""The command line: python -m training."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from training.errors import TrainingError, UsageError

RECIPES = {
    "math-score": "train the maths score of a student",
    "penguins": "train the species of a penguin",
    "food-drive": "train the bags of a food drive's route, versions 1 and 2",
    "house-price": "train the price of a house in King County",
    "penguins-mlp": "train the species of a penguin by a neural network, epoch by epoch",
}
TOOLS = {
    "pack": "make a bundle of your own fitted scikit-learn estimator",
    "verify": "check bundles: every hash, and every golden row through the engine",
    "pin": "write the answers that the monitor expects",
    "remove": "take a bundle away",
    "doctor": "foretell a deployment's size, what weighs in it, and what its start imports",
}
EXAMPLES = {
    "math-score": "math-score --track sqlite:///mlflow.db",
    "penguins": "penguins --data my-penguins.csv --artifacts my-artifacts",
    "food-drive": "food-drive --version 2",
    "penguins-mlp": "penguins-mlp --metrics-port 8003 --epochs 200",
    "pack": "pack model.joblib --data rows.csv --target price --name my-model",
    "remove": "remove penguins",
    "doctor": "doctor ml-api",
}
PROGRAM = "python -m training"
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run a command; return 0 for success, 1 for a failure that was explained, 2 for wrong usage."""
    chosen = arguments[0] if arguments and arguments[0] in RECIPES | TOOLS else None
    try:
        args = _parser(chosen).parse_args(arguments)
        return int(args.run(args))
    except TrainingError as error:
        for line in error.lines:
            print(f"error: {line}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("interrupted; the bundles that were there are whole", file=sys.stderr)
        return INTERRUPTED


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """Return the parser; only the chosen command's module is imported, so that help is fast."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Trains models and packs them into bundles.",
        epilog=_example("COMMAND --help"),
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in (RECIPES | TOOLS).items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary.capitalize() + ".",
            epilog=_example(EXAMPLES.get(name, name)),
        )
        if name == chosen:
            module = importlib.import_module("training.command" if name in RECIPES else f"training.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run, recipe=name)
    return parser


def _example(arguments: str) -> str:
    return f"example: {PROGRAM} {arguments}"
