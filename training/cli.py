"""The command line: python -m training."""

import importlib
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from textwrap import wrap

from tools.arguments import WIDTH, Parser
from training.errors import TrainingError, UsageError

RECIPES = {
    "math-score": "train the model of a student's maths score",
    "penguins": "train the model of a penguin's species",
    "food-drive": "train the models of the bags on a food drive's route, versions 1 and 2",
    "house-price": "train the model of a house's price in King County",
    "penguins-mlp": "train the model of a penguin's species as a neural network, epoch by epoch",
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
    "verify": "verify ml-api/artifacts/penguins/1",
    "remove": "remove penguins --version 1",
    "doctor": "doctor ml-api",
}
PROGRAM = "python -m training"
NEEDED = ("sklearn", "skl2onnx", "pandas", "rich")
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run a command; return 0 for success, 1 for a failure that was explained, 2 for wrong usage."""
    chosen = arguments[0] if arguments and arguments[0] in RECIPES | TOOLS else None
    try:
        _check_packages(chosen)
        args = _parser(chosen).parse_args(arguments)
        return int(args.run(args))
    except TrainingError as error:
        for line in error.lines:
            print(f"error: {line}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("interrupted; the bundles that were there are whole", file=sys.stderr)
        return INTERRUPTED


def _check_packages(chosen: str | None) -> None:
    """Refuse before anything is imported, so that a person with another Python reads a reason."""
    if chosen and not all(map(find_spec, NEEDED)):
        raise TrainingError("this Python lacks what training needs; `make setup` installs it in .venv")


def _parser(chosen: str | None) -> Parser:
    """Return the parser; only the chosen command's module is imported, so that help is fast."""
    parser = Parser(
        prog=PROGRAM,
        description="Train the models that ship, pack your own, and look after the bundles of both.",
        example=f"{PROGRAM} {EXAMPLES['pack']}",
    )
    commands = parser.add_subparsers(
        title="commands",
        description=_listed(),
        metavar="COMMAND",
        required=True,
        help="one of these; COMMAND --help shows its options",
    )
    for name, summary in (RECIPES | TOOLS).items():
        command = commands.add_parser(
            name,
            description=f"{summary[0].upper()}{summary[1:]}.",
            example=f"{PROGRAM} {EXAMPLES.get(name, name)}",
        )
        if name == chosen:
            module = importlib.import_module("training.command" if name in RECIPES else f"training.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run, recipe=name)
    return parser


def _listed() -> str:
    """Return all commands in two columns: argparse would give the longest names lines of their own."""
    width = max(map(len, RECIPES | TOOLS))
    lines = []
    for title, group in {"Your own model, and all bundles": TOOLS, "The models that ship": RECIPES}.items():
        lines += ["", f"{title}:"]
        for name, summary in group.items():
            start = f"  {name:{width}}  "
            lines += wrap(summary, WIDTH - 2, initial_indent=start, subsequent_indent=" " * len(start))
    return "\n".join(lines[1:])
