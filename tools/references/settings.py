"""The page of all environment variables: one heading for each."""

from collections.abc import Iterator, Mapping
from dataclasses import Field, asdict
from pathlib import Path
from typing import Any

import mlapi.settings
import monitor.settings
from tools.references import MADE
from tools.references.markdown import sentence
from tools.settings import API_KEY, StackPorts, demo_from_env, port_variable

PREFACE = """# Settings

Environment variables. All are optional, and an empty one counts as unset. A value that can't be used stops
the start and is named; the value itself is not repeated. What is kept on a person's machine is in the state
folder: `$XDG_STATE_HOME`, else `~/.local/state`."""
BESIDE = {
    "ml-api": "Counters are in `tandem/api.db` in the state folder, unless `COUNTERS_PATH` or Redis is set; "
    "on Vercel nothing is counted then. `OPENBLAS_NUM_THREADS` is set to 1 where it is unset: numpy's "
    "threads would spin through every start, and have no work here.",
    "monitoring": "A `MAIN_API_URL` that is no address does not stop the start: every page says what to set. "
    "History is in `tandem/monitor.db` in the state folder, unless `HISTORY_PATH` or Redis is set. It "
    "belongs to the address that is watched: another one begins a new history in the same store.",
}
"""What several settings of a deployment have to do with each other."""
IMPOSSIBLE = "\0"
"""No variable can hold it: a reader that takes it takes anything."""


def page() -> str:
    """Return the page."""
    return "\n\n".join([PREFACE, MADE, *_parts()]) + "\n"


def _parts() -> Iterator[str]:
    yield from _deployment("ml-api", mlapi.settings.variables())
    yield from _deployment("monitoring", monitor.settings.variables())
    yield "## On this machine"
    yield (
        "Of `make run`, `make demo`, `make stack` and `make mlflow` alone; no deployment reads them. "
        f"Tools that send something take the API's key from [{API_KEY}](#{API_KEY.lower()}), "
        "as the monitor does."
    )
    for name, words in _of_tools().items():
        yield f"### {name}"
        yield words


def _deployment(title: str, variables: list[tuple[str, Field[Any]]]) -> Iterator[str]:
    yield f"## {title}"
    yield BESIDE[title]
    yield " · ".join(f"`{name}`" for name, _ in variables)
    for name, known in variables:
        yield "### " + ", ".join((name, *known.metadata["others"]))
        yield sentence(known.metadata["says"])
        yield " ".join(_facts(known))


def _facts(known: Field[Any]) -> Iterator[str]:
    unset = known.default in (None, ())
    yield "Unset unless told." if unset else f"`{_spelled(known.default)}` unless told."
    yield f"Takes {_takes(known)}."
    if not known.repr:
        yield "It is a secret: no page, log line or error shows it."


def _spelled(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _takes(known: Field[Any]) -> str:
    """Return what a variable may hold, in the words of its refusal."""
    try:
        read = known.metadata["read"](IMPOSSIBLE)
    except ValueError as error:
        return str(error).removeprefix("must be ")
    if isinstance(read, Path):
        return "a path"
    return "any text" if known.repr else "an address"


def _of_tools() -> Mapping[str, str]:
    seconds = demo_from_env({}, "linux").seconds
    said = {
        port_variable(name): f"The port of {_server(name)} on this machine. `{port}` unless told."
        for name, port in asdict(StackPorts()).items()
    }
    return said | {
        "MLFLOW_PORT": "The port of MLflow's pages. `5002` unless told.",
        "DEMO_SECONDS": f"How long the demo's traffic goes on, in seconds. `{seconds}` unless told.",
    }


def _server(name: str) -> str:
    ours = {"api": "the API", "monitor": "the monitor", "node_exporter": "node_exporter"}
    return ours.get(name) or name.capitalize()
