"""Every check of a deployment, in order: quick ones first, the real builds last."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.deploying.account import link_findings, login_finding, tool_finding
from tools.deploying.built import build_findings
from tools.deploying.cli import Tool
from tools.deploying.config import ask_about, config_finding, upload_findings
from tools.deploying.doors import source
from tools.deploying.environment import Given
from tools.deploying.files import commit_finding
from tools.deploying.finding import Finding, unchecked
from tools.deploying.monitored import monitored_findings
from tools.deploying.packages import package_findings
from tools.deploying.pins import pin_findings
from tools.deploying.serving import serving_findings
from tools.deploying.sizes import size_findings
from tools.progress import working

FOLDERS = ("ml-api", "monitoring")
SETTINGS: Mapping[str, Callable[[Path, Given], Iterable[Finding]]] = {
    "ml-api": serving_findings,
    "monitoring": monitored_findings,
}


@dataclass(frozen=True)
class Asked:
    """What to check: folders below root with their variables, the tool at hand, and whether to build."""

    root: Path
    given: Mapping[str, Given]
    tool: Tool | None
    env: Mapping[str, str] = field(repr=False)
    builds: bool = True

    @property
    def names(self) -> Sequence[str]:
        """Return the folders."""
        return [name for name in FOLDERS if name in self.given]


def findings(asked: Asked) -> Iterator[Finding]:
    """Yield what every check finds."""
    yield from _tool(asked)
    yield from _files(asked)
    for name in asked.names:
        yield source(name, asked.given[name])
        yield from SETTINGS[name](asked.root / name, asked.given[name])
    yield from pin_findings(asked.root)
    for name in asked.names:
        yield from package_findings(asked.root, name)
        yield from _slow(f"weighing {name}", _weighed(asked, name))
    for name in asked.names:
        yield from _built(asked, name)


def _tool(asked: Asked) -> Iterator[Finding]:
    yield tool_finding(asked.tool)
    if tool := asked.tool:
        yield from _slow("asking who is logged in", lambda: [login_finding(tool, asked.env)])
    yield from link_findings(asked.root, asked.names, asked.env)


def _files(asked: Asked) -> Iterator[Finding]:
    folders = [asked.root / name for name in asked.names]
    known = ask_about(folders, asked.root, asked.tool, asked.env)
    for folder in folders:
        yield config_finding(folder, f"{folder.name} vercel.json", known)
        yield from upload_findings(folder, known)
        yield commit_finding(folder)
    yield config_finding(asked.root, "preview vercel.json", known)


def _weighed(asked: Asked, name: str) -> Callable[[], list[Finding]]:
    return lambda: list(size_findings(asked.root / name, asked.given[name].values, time.time()))


def _built(asked: Asked, name: str) -> Iterator[Finding]:
    if not asked.builds:
        yield unchecked(f"{name} build", "left out by --no-build")
        return
    yield from _slow(
        f"building {name} as the platform does",
        lambda: list(build_findings(asked.root / name, asked.tool, asked.env)),
    )


def _slow(what: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    with working(what):
        return check()
