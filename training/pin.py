"""The command that writes the answers which the monitor expects, so that it trusts no API to say them."""

import argparse
import json
from pathlib import Path
from typing import Any

from training.command import ARTIFACTS, add_artifacts
from training.disk import replace_file
from training.engines import read_card
from training.errors import TrainingError
from training.index import check_there, read_index
from training.versions import order

OUTPUT = ARTIFACTS.parent.parent / "monitoring" / "goldens.json"
KEPT = ("task", "tolerance", "goldens")

Pinned = dict[str, dict[str, dict[str, Any]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of pin."""
    add_artifacts(parser, "where bundles are")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", default=OUTPUT, help="what to write (monitoring/goldens.json)"
    )


def run(args: argparse.Namespace) -> int:
    """Write the pins and say what changed."""
    check_there(args.artifacts)
    after = pinned(args.artifacts)
    text = spelled(after)
    before = args.output.read_text(encoding="utf-8") if args.output.exists() else ""
    said = changes(_parsed(before, args.output), after)
    if text != before:
        args.output.parent.mkdir(parents=True, exist_ok=True)
        replace_file(args.output.parent, args.output, text.encode())
    for line in said or [f"unchanged {args.output}"]:
        print(line)
    return 0


def pinned(root: Path) -> Pinned:
    """Return model -> version -> what the monitor must know of the bundle."""
    return {
        name: {
            version: _pin(root / name / version, versions[version]) for version in sorted(versions, key=order)
        }
        for name, versions in sorted(read_index(root).items())
    }


def spelled(pins: Pinned) -> str:
    """Return the file's text: one line per version."""
    models = [f" {json.dumps(name)}: {{\n{_lines(versions)}\n }}" for name, versions in pins.items()]
    return "{\n" + ",\n".join(models) + "\n}\n"


def changes(before: Pinned, after: Pinned) -> list[str]:
    """Return a line per bundle that is new, gone or other than before."""
    old, new = _flat(before), _flat(after)
    said = [f"added {each}" for each in new if each not in old]
    said += [f"changed {each}" for each in new if each in old and new[each] != old[each]]
    return said + [f"removed {each}" for each in old if each not in new]


def _parsed(text: str, path: Path) -> Pinned:
    try:
        pins: Pinned = json.loads(text or "{}")
    except ValueError as error:
        raise TrainingError(f"{path} is not JSON; delete it to have it written anew") from error
    if not (isinstance(pins, dict) and all(isinstance(versions, dict) for versions in pins.values())):
        raise TrainingError(f"{path} holds no pins; delete it to have it written anew")
    return pins


def _pin(folder: Path, entry: dict[str, Any]) -> dict[str, Any]:
    card = read_card(folder, entry)
    return {"sha256": entry["sha256"]} | {key: card[key] for key in KEPT}


def _lines(versions: dict[str, dict[str, Any]]) -> str:
    return ",\n".join(
        f"  {json.dumps(version)}: {json.dumps(pin, ensure_ascii=False, allow_nan=False)}"
        for version, pin in versions.items()
    )


def _flat(pins: Pinned) -> dict[str, dict[str, Any]]:
    return {f"{name} {version}": pin for name, versions in pins.items() for version, pin in versions.items()}
