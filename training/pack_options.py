"""The options of pack."""

import argparse
from math import nan
from pathlib import Path
from typing import get_args

from tools.arguments import whole
from training.command import add_artifacts, seed, version
from training.interval_scale import Scale
from training.remove import add_requirements
from training.writer import NAME


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of pack."""
    parser.add_argument(
        "model",
        type=Path,
        metavar="MODEL",
        help="the fitted estimator (joblib or pickle); loading runs its code",
    )
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="FILE",
        help="the rows it was fitted on, with the target (CSV or Parquet)",
    )
    parser.add_argument("--target", required=True, metavar="COLUMN", help="the column that it predicts")
    parser.add_argument(
        "--name",
        type=name,
        required=True,
        metavar="NAME",
        help="the model's name in the API: small letters, digits, hyphens",
    )
    parser.add_argument("--version", type=version, metavar="V", help="the bundle's version (the next one)")
    parser.add_argument("--title", metavar="TEXT", help="a line for people (made from the name)")
    parser.add_argument("--description", metavar="TEXT", help="a paragraph for people")
    parser.add_argument("--unit", metavar="TEXT", help="the unit of a predicted number")
    parser.add_argument(
        "--test",
        type=Path,
        metavar="FILE",
        help="rows held out from fitting, to measure the model on instead of cross-validation",
    )
    parser.add_argument(
        "--repeats",
        type=whole,
        default=1,
        metavar="N",
        help="how often to repeat the 5-fold cross-validation (1)",
    )
    parser.add_argument(
        "--floors",
        type=floor,
        nargs=2,
        metavar=("WARNING", "CRITICAL"),
        help="scores (r2 or accuracy) below which the monitor alerts (0.8 0.7)",
    )
    parser.add_argument(
        "--interval",
        choices=get_args(Scale),
        help="the scale on which a number is equally far off everywhere (absolute)",
    )
    parser.add_argument("--source", metavar="TEXT", help="where the data come from (the file's name)")
    parser.add_argument("--licence", metavar="TEXT", default="unknown", help="licence of the data (unknown)")
    parser.add_argument("--synthetic", action="store_true", help="the data were made up")
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="seed of every random choice (0)")
    add_artifacts(parser, "where bundles go")
    add_requirements(parser)


def name(text: str) -> str:
    """Return a model's name."""
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name: 1 to 63 small letters, digits and hyphens, a letter first"
        )
    return text


def floor(text: str) -> float:
    """Return a score below which something is wrong."""
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not -1 <= number <= 1:  # nor is NaN
        raise argparse.ArgumentTypeError(f"{text!r} is no floor: a score from -1 to at most 1")
    return number
