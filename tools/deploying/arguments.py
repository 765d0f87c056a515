"""What `deploy_check` and `deploy` take on the command line alike."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.deploying.checks import FOLDERS
from tools.deploying.environment import Given, given
from tools.terminal import ToolError

Told = tuple[str | None, Path]


def add(parser: argparse.ArgumentParser) -> None:
    """Add the folders, their variables, and whether to build."""
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="ml-api or monitoring (both)")
    parser.add_argument(
        "--env-file",
        type=env_file,
        action="append",
        default=[],
        metavar="[FOLDER=]FILE",
        help="variables that the deployment will have, as NAME=VALUE lines; else what `vercel pull` wrote, "
        "else this shell's; may be repeated",
    )
    parser.add_argument("--no-build", action="store_true", help="leave out the real builds")


def folders(parser: argparse.ArgumentParser, told: Sequence[str]) -> list[str]:
    """Return the folders that were named, or both; ends with exit code 2 for any other."""
    for each in told:
        if each.rstrip("/") not in FOLDERS:
            parser.error(f"{each!r} is not ml-api or monitoring")
    named = {each.rstrip("/") for each in told} or {*FOLDERS}
    return [name for name in FOLDERS if name in named]


def env_file(text: str) -> Told:
    """Return the folder, if one is named, and the file of [FOLDER=]FILE."""
    name, equals, rest = text.partition("=")
    told = (name, Path(rest)) if equals and name in FOLDERS else (None, Path(text))
    if not told[1].is_file():
        raise argparse.ArgumentTypeError(f"there is no file {str(told[1])!r}")
    return told


def variables(
    root: Path, names: Sequence[str], files: Sequence[Told], process: Mapping[str, str]
) -> dict[str, Given]:
    """Return the variables of each folder; the last file that was told for it counts. Raises ToolError."""
    for name, path in files:
        if name not in (None, *names):
            raise ToolError(f"--env-file {name}={path} is of a folder that is not asked for")
    return {
        name: given(
            root / name, next((path for of, path in reversed(files) if of in (None, name)), None), process
        )
        for name in names
    }
