"""Addresses that clients of other systems expect; whoever has no such client sets COMPAT=0.

Nothing outside this folder needs it: to remove it whole, delete it with the setting and the two lines that
ask for it, in routes/others.py and routes/cards.py.
"""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint

from mlapi.compat import inference, invocations, penguins, scrape, versioned
from mlapi.service import Service

PARTS = (scrape, versioned, penguins, inference, invocations)
"""Modules with `blueprint(service)`, which answers, and `paths(service)`, which describes for OpenAPI."""


def blueprints(service: Service) -> Iterator[Blueprint]:
    """Yield the routes of every address of this folder."""
    return (part.blueprint(service) for part in PARTS)


def paths(service: Service) -> dict[str, Any]:
    """Return path -> its description in OpenAPI, of every address of this folder."""
    return {path: said for part in PARTS for path, said in part.paths(service).items()}
