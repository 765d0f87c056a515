"""What the page at / shows of a model: pure, and all of it taken from the bundle."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from mlapi.page import plots
from mlapi.page.card import card, coverage
from mlapi.page.client import client
from mlapi.page.fields import fields
from mlapi.page.numerals import exact
from mlapi.page.samples import template_csv
from mlapi.page.snippets import PLACEHOLDER, snippets
from mlapi.page.words import name_for_people

__all__ = ["page"]

Bundle = Mapping[str, Any]


def page(
    bundle: Bundle,
    sha256: str,
    models: Sequence[Mapping[str, Any]],
    base_url: str,
    *,
    keyed: bool = False,
) -> dict[str, Any]:
    """Return the context of templates/index.html; keyed: predictions ask for a key."""
    return {
        "model": {key: bundle[key] for key in ("name", "version", "task", "title", "description")},
        "output": bundle["output"]
        | {"label": name_for_people(bundle["output"]["name"], bundle["output"]["unit"])},
        "synthetic": bundle["data"]["synthetic"],
        "facts": _facts(bundle),
        "models": models,
        "fields": fields(bundle),
        "target": plots.target(bundle["plots"]) if bundle["task"] == "regression" else None,
        "interval": coverage(bundle["interval"], bundle["output"]["unit"]),
        "card": card(bundle, sha256),
        "snippets": snippets(bundle, base_url, keyed=keyed),
        "placeholder": PLACEHOLDER if keyed else None,
        "template_csv": template_csv(bundle),
        "query": urlencode({"model": bundle["name"], "version": bundle["version"]}),
        "client": client(bundle) | {"placeholder": PLACEHOLDER if keyed else None},
    }


def _facts(bundle: Bundle) -> list[str]:
    return [
        bundle["task"].capitalize(),
        f"version {bundle['version']}",
        f"{len(bundle['features'])} inputs",
        f"learned from {exact(bundle['data']['rows'])} rows",
    ]
