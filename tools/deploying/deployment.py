"""What the platform's tool answers to a deployment."""

import argparse
import json
from dataclasses import dataclass

from tools.arguments import base_url
from tools.terminal import ToolError, printable

MANUALLY = "its own words are above; what it deployed, `vercel list` tells"


@dataclass(frozen=True)
class Deployment:
    """A deployment that is ready; production: the address that stays, None where it has none yet."""

    url: str
    production: str | None

    @property
    def address(self) -> str:
        """Return the address under which others find it."""
        return self.production or self.url


def read(answer: str) -> Deployment:
    """Return what the answer of `vercel deploy --json` says. Raises ToolError."""
    try:
        said = json.loads(answer)
        # Where it thinks that a program asks, it wraps its answer.
        found = said.get("deployment", said)
        state, production = found["readyState"], found.get("productionUrl")
        made = Deployment(
            url=base_url(str(found["url"])),
            production=base_url(str(production)) if production else None,
        )
    except (ValueError, AttributeError, KeyError, TypeError, argparse.ArgumentTypeError) as error:
        raise ToolError(f"vercel named no address of what it deployed; {MANUALLY}") from error
    if state != "READY":
        raise ToolError(f"vercel left {made.url} in the state {printable(state, 40)}; {MANUALLY}")
    return made
