"""The checks of one bundle, in an order in which nothing is loaded before its bytes were found right."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.answer_checks import Check, answer_checks
from training.sealed import SealError, sha256, unseal


def bundle_checks(folder: Path, entry: dict[str, Any]) -> Iterator[Check]:
    """Return the checks of a bundle's folder against its entry in the index; stop at the first damage."""
    held = _read(folder, "bundle.json")
    yield (first := _hash_check("bundle.json", held, entry))
    if not first.passed or held is None:
        return
    card = json.loads(held)
    yield _seal_check(folder)
    files = {name: _read(folder, name) for name in card["files"]}
    found = [_hash_check(name, files[name], said) for name, said in card["files"].items()]
    yield from found
    if all(check.passed for check in found):
        yield from answer_checks(card, {name: data for name, data in files.items() if data is not None})


def _read(folder: Path, name: str) -> bytes | None:
    try:
        return (folder / name).read_bytes()
    except OSError:
        return None  # a check that says so follows


def _hash_check(name: str, data: bytes | None, entry: dict[str, Any]) -> Check:
    if data is None:
        return Check(name, False, "can't be read")
    if len(data) != entry["bytes"] or sha256(data) != entry["sha256"]:
        return Check(name, False, "does not match its sha256")
    return Check(name, True, f"{len(data):,} bytes, sha256 {entry['sha256'][:12]}")


def _seal_check(folder: Path) -> Check:
    data = _read(folder, "run.json")
    if data is None:
        return Check("run.json", False, "can't be read")
    try:
        return Check("run.json", True, f"sealed, made {unseal(data)['finished_at']}")
    except SealError as error:
        return Check("run.json", False, str(error))
