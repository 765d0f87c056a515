"""The commands of a deployment, in their order, as a person could type them. Pure."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

API, MONITOR = "ml-api", "monitoring"
URL = "MAIN_API_URL"


@dataclass(frozen=True)
class Step:
    """A command of the platform's tool in one of the folders, and what it is for.

    kind: `deploy` prints a deployment; the others are only waited for.
    """

    folder: str
    kind: Literal["link", "set", "deploy"]
    arguments: tuple[str, ...]
    why: str

    def typed(self) -> str:
        """Return the command as it is typed at the root of the repository."""
        return f"(cd {self.folder} && {shlex.join(('vercel', *self.arguments))})"


def api_steps(names: Sequence[str], *, linked: bool, asks: bool) -> Iterator[Step]:
    """Yield what deploys the API, where it is to be deployed."""
    if API in names:
        yield from _link(API, linked)
        yield _deploy(API, asks)


def monitor_steps(names: Sequence[str], api: str | None, *, linked: bool, asks: bool) -> Iterator[Step]:
    """Yield what deploys the monitor; api: the address to watch, None to leave what the project has.

    The address is kept in the project, so that it holds for a later deployment by a push too: what
    `vercel --env` sets belongs to a single deployment.
    """
    if MONITOR in names:
        yield from _link(MONITOR, linked)
        if api is not None:
            add = ("env", "add", URL, "production", "--value", api, "--force", "--yes")
            yield Step(MONITOR, "set", add, "tells the monitor's project which API to watch")
        yield _deploy(MONITOR, asks)


def _link(folder: str, linked: bool) -> Iterator[Step]:
    if not linked:
        yield Step(folder, "link", ("link",), "chooses the project; answer with a new one, or an older one")


def _deploy(folder: str, asks: bool) -> Step:
    arguments = ("deploy", "--prod", "--json", *(() if asks else ("--yes",)))
    return Step(folder, "deploy", arguments, f"builds {folder} there and puts it online")
