"""The command that takes bundles away, and with them the engines that nobody needs any more."""

import argparse
from pathlib import Path

from training.command import add_artifacts, version
from training.index import check_there
from training.requirements_file import rewrite, warnings
from training.writer import remove


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of remove."""
    parser.add_argument("name", metavar="NAME", help="the model")
    parser.add_argument("--version", type=version, metavar="V", help="one version of it (all)")
    add_artifacts(parser, "where bundles are")
    add_requirements(parser)


def add_requirements(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the deployment's requirements."""
    parser.add_argument(
        "--requirements",
        type=Path,
        metavar="FILE",
        help="the API's requirements (requirements.txt beside DIR)",
    )


def run(args: argparse.Namespace) -> int:
    """Remove, then write the engines that the rest needs."""
    check_there(args.artifacts)
    remove(args.artifacts, args.name, args.version)
    print(f"removed {args.name} {args.version or '(all versions)'}")
    for line in renewed(args.artifacts, args.requirements):
        print(line)
    return 0


def renewed(root: Path, asked: Path | None) -> list[str]:
    """Rewrite the requirements beside a folder of bundles, or those asked for; return what to say."""
    path = asked or root.parent / "requirements.txt"
    if not path.exists():
        return [f"engines     there is no {path}, so none was written"]
    result = rewrite(path, root)
    state = "now asks" if result.changed else "asks"
    engines = " and ".join(result.needs.engines) or "no engine"
    return [
        f"engines     {path} {state} for {engines}: {result.mib:.0f} MiB installed",
        *(f"warning     {line}" for line in warnings(result)),
    ]
