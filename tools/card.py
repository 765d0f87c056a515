"""What an API says of a model: as much of its card as the tools use, checked where it enters."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tools.client import Client, NoReply
from tools.terminal import ToolError, printable

NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
LARGEST = sys.float_info.max  # Whole numbers in JSON know no such end.
VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")


@dataclass(frozen=True)
class Card:
    """A model as its API describes it; features, output, scores and baseline are as in docs/bundle.md."""

    name: str
    version: str
    task: Literal["regression", "classification"]
    features: list[dict[str, Any]]
    output: dict[str, Any]
    scores: dict[str, Any]
    baseline: dict[str, Any]
    synthetic: bool

    @property
    def query(self) -> dict[str, str]:
        """Return what names exactly this model in an address."""
        return {"model": self.name, "version": self.version}

    @property
    def classes(self) -> list[Any]:
        """Return the classes, none for a regression."""
        return list(self.output.get("classes", []))

    def is_answer(self, said: Any) -> bool:
        """Tell whether something is an answer to a row: a number, or one of the classes."""
        value = said.get("prediction") if isinstance(said, dict) else None
        if self.task == "classification":
            return value in self.classes
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def fetch(client: Client, model: str | None) -> Card:
    """Return a model's card, the default model's where none is named. Raises ToolError."""
    try:
        reply = client.get("/api/model-info", {"model": model} if model else {})
        if reply.status == 200:
            return parse(reply.body, client.base)
        if reply.problem == "unknown-model":
            raise ToolError(f"{client.base} has no model {printable(model)!r}; it has {_listed(client)}.")
    except NoReply as error:
        raise ToolError(
            f"{client.base} gives no answer: {error}. Start it with `make run`, or name another with --url."
        ) from error
    raise ToolError(f"{client.base}/api/model-info answered {reply.in_words()}")


def parse(body: Any, base: str) -> Card:
    """Return the card in an answer of /api/model-info. Raises ToolError where there is none."""
    try:
        bundle: Mapping[str, Any] = body["bundle"]
        card = Card(
            name=_matching(NAME, bundle["name"]),
            version=_matching(VERSION, bundle["version"]),
            task=bundle["task"],
            features=[_feature(each) for each in bundle["features"]],
            output={**bundle["output"], "name": str(bundle["output"]["name"])},
            scores=dict(bundle["scores"]),
            baseline=dict(bundle["baseline"]["features"]),
            synthetic=bundle["data"]["synthetic"] is True,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ToolError(f"{base}/api/model-info answered, but not with a model's card.") from error
    if card.task not in ("regression", "classification") or not card.features:
        raise ToolError(f"{base} has a model of a task that this tool doesn't know.")
    return card


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("no name")
    return text


def _feature(said: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(said["name"], str) or said["kind"] not in ("number", "integer", "boolean", "category"):
        raise ValueError("no feature")
    if not all(isinstance(said.get(limit), int | float | None) for limit in ("minimum", "maximum")):
        raise ValueError("no limit")
    if said["kind"] == "category" and not (
        isinstance(said["values"], list) and isinstance(said["open"], bool)
    ):
        raise ValueError("no category")
    return {"nullable": False, **said}


def _listed(client: Client) -> str:
    reply = client.get("/api/models")
    models = reply.body.get("models") if isinstance(reply.body, dict) else None
    listed = models if isinstance(models, list) else []
    names = {str(each.get("name")) for each in listed if isinstance(each, dict)}
    return printable(", ".join(sorted(names)) or "none")
