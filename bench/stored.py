"""Results as JSON; when they are read, they are checked against schema.json, and medians against rounds."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jsonschema_rs

from bench.measures import BESIDES, BY_KEY
from bench.results import Entry, Once, Results
from tools.terminal import ToolError

SCHEMA = Path(__file__).with_name("schema.json")
FORMAT = 1
MOST_FAULTS = 3
Json = dict[str, Any]


def write(results: Results, file: Path) -> None:
    """Write results whole or not at all. Raises ToolError where they are no results, or can't be written."""
    document = as_json(results)
    _check(document, file)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    beside = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise ToolError(f"{file} can't be written: {error.strerror}") from error


def read(file: Path) -> Results:
    """Return what a file holds. Raises ToolError naming what is wrong with it."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse)
    except OSError as error:
        raise ToolError(f"{file} can't be read: {error.strerror}; `make bench` writes it") from error
    except (ValueError, RecursionError) as error:
        raise ToolError(f"{file} is not JSON: {error}") from error
    _check(document, file)
    return _from_json(document)


def as_json(results: Results) -> Json:
    """Return results as the document that is kept."""
    document = {"format": FORMAT, **asdict(results)}
    for name, entry in results.contenders.items():
        document["contenders"][name]["medians"] = entry.medians()
    return document


def _from_json(document: Mapping[str, Any]) -> Results:
    given = {key: value for key, value in document.items() if key not in ("format", "contenders", "besides")}
    return Results(
        **given,
        contenders={name: _entry(each) for name, each in document["contenders"].items()},
        besides={key: Once(**each) for key, each in document["besides"].items()},
    )


def _entry(document: Mapping[str, Any]) -> Entry:
    return Entry(**{key: value for key, value in document.items() if key != "medians"})


def _check(document: Any, file: Path) -> None:
    faults = [
        f"/{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in jsonschema_rs.validator_for(json.loads(SCHEMA.read_text())).iter_errors(document)
    ] or [*_unknown(document), *_wrong_medians(document)]
    if faults:
        shown = "; ".join(fault[:200] for fault in faults[:MOST_FAULTS])
        raise ToolError(f"{file} holds no results: {shown}")


def _unknown(document: Mapping[str, Any]) -> list[str]:
    """Return the names of numbers that nothing here measures."""
    rounds = {key for entry in document["contenders"].values() for key in entry["rounds"]}
    once = {each.key for each in BESIDES}
    names = sorted((rounds - set(BY_KEY)) | (set(document["besides"]) - once))
    return [f"{name}: nothing of that name is measured" for name in names]


def _wrong_medians(document: Mapping[str, Any]) -> list[str]:
    """Return where a median is not that of its rounds: somebody changed one of them by hand."""
    return [
        f"/contenders/{name}/medians: not those of its rounds"
        for name, each in document["contenders"].items()
        if _entry(each).medians() != each["medians"]
    ]


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number in JSON")
