"""The options of a training that can be watched, and which models take them."""

import argparse
from urllib.parse import urlsplit

from tools import arguments
from tools.arguments import integer
from training.errors import UsageError
from training.recipes.recipe import Recipe

MOST_EPOCHS = 100_000  # of which cross-validation takes hours
DAY = 86_400.0
INSTEAD = "train penguins-mlp to watch epochs; tools/metrics_server.py shows every bundle's stages and scores"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that watch a training."""
    group = parser.add_argument_group("watching", "For models that are trained epoch by epoch: penguins-mlp.")
    group.add_argument(
        "--epochs", type=integer(1, MOST_EPOCHS), metavar="N", help="how often to go through the rows (200)"
    )
    group.add_argument(
        "--metrics-port",
        type=integer(0, 65535),
        metavar="PORT",
        help="serve training_loss, validation_accuracy and training_epoch_total on 127.0.0.1 meanwhile; "
        "0 for any free port",
    )
    group.add_argument(
        "--linger",
        type=seconds,
        metavar="SECONDS",
        help="serve them so much longer, for a scraper to see the last values (0)",
    )
    group.add_argument(
        "--push", type=gateway, metavar="URL", help="leave the last values with a Pushgateway at the end"
    )


def check(args: argparse.Namespace, recipe: Recipe) -> None:
    """Raise UsageError where an option asks for epochs that the recipe does not have."""
    asked = {
        "--epochs": args.epochs,
        "--metrics-port": args.metrics_port,
        "--linger": args.linger,
        "--push": args.push,
    }
    for option, value in asked.items():
        if value is not None and recipe.epochs is None:
            raise UsageError(
                f"{option}: {recipe.name} is fitted in one step and has no epochs to watch", INSTEAD
            )
    if args.linger is not None and args.metrics_port is None:
        raise UsageError("--linger keeps the metrics server open; give --metrics-port as well")


def seconds(text: str) -> float:
    """Return a number of seconds, a day at most."""
    number = arguments.seconds(text)
    if number > DAY:
        raise argparse.ArgumentTypeError(f"{text!r} is more than a day, {DAY:.0f} seconds")
    return number


def gateway(text: str) -> str:
    """Return the address of a Pushgateway."""
    parts = urlsplit(text)
    plain = text.isprintable() and not set(text) & set(" ?#")  # the path of the group goes behind it
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or not plain:
        raise argparse.ArgumentTypeError("an address is like http://127.0.0.1:9091")
    if parts.username or parts.password:
        raise argparse.ArgumentTypeError("a user and a password in the address are not sent; leave them out")
    return text
