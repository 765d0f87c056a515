"""The command line: python -m training."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from training.errors import TrainingError

RECIPES = {
    "math-score": "train the maths score of a student",
    "penguins": "train the species of a penguin",
}
TOOLS = {
    "pack": "make a bundle of your own fitted scikit-learn estimator",
    "verify": "check bundles: every hash, and every golden row through the engine",
    "pin": "write the answers that the monitor expects",
    "remove": "take a bundle away",
}
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
        return 1
    except KeyboardInterrupt:
        print("interrupted; the bundles that were there are whole", file=sys.stderr)
        return INTERRUPTED


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """Return the parser; only the chosen command's module is imported, so that help is fast."""
    parser = argparse.ArgumentParser(
        prog="python -m training", description="Trains models and packs them into bundles."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in (RECIPES | TOOLS).items():
        command = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
        if name == chosen:
            module = importlib.import_module("training.command" if name in RECIPES else f"training.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run, recipe=name)
    return parser
