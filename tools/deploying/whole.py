"""A deployment from its checks to its live probe."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.deploying import live, report
from tools.deploying.account import is_linked, login_finding
from tools.deploying.checks import Asked, findings
from tools.deploying.cli import INSTALL, Tool
from tools.deploying.deployment import Deployment
from tools.deploying.environment import Given
from tools.deploying.finding import Finding, warning
from tools.deploying.plan import API, MONITOR, URL, Step, api_steps, monitor_steps
from tools.deploying.run import Runner, agreed, ask_person, show
from tools.terminal import ToolError

UNKNOWN = "https://THE-API"
"""Stands for an address that is known once the API is deployed."""
PINGER = "The monitor has no clock: let a pinger visit its /api/status every five minutes (docs/deploy.md)."


@dataclass(frozen=True)
class Wish:
    """What to deploy: folders below root with their variables; api: its production address, if told."""

    root: Path
    given: Mapping[str, Given] = field(repr=False)
    api: str | None
    builds: bool
    asks: bool
    runs: bool

    @property
    def watched(self) -> str | None:
        """Return what the monitor will watch, as far as it is known before; None: what its project has."""
        return self.api or (UNKNOWN if API in self.given else None)


def carry_out(wish: Wish, tool: Tool | None, env: Mapping[str, str]) -> int:
    """Check, deploy, and probe what is online; return the exit code. Raises ToolError."""
    if wish.runs:
        _check_account(wish, tool, env)
    tally = report.show(findings(Asked(wish.root, _completed(wish), tool, env, wish.builds)))
    print(report.summary(tally))
    if tally["fault"]:
        return 1
    if not wish.runs:
        for step in (*_api_steps(wish, env), *_monitor_steps(wish, wish.watched, env)):
            show(step)
        return 0
    assert tool
    runner = Runner(wish.root, tool, env, ask_person if wish.asks else agreed)
    return deploy(wish, runner, env)


def _check_account(wish: Wish, tool: Tool | None, env: Mapping[str, str]) -> None:
    """Raise ToolError for what would stop the first command, before minutes went into checks."""
    if tool is None:
        raise ToolError(f"the vercel CLI is not at hand: `{INSTALL}`, then `vercel login`")
    login = login_finding(tool, env)
    if login.level != "ok":
        raise ToolError(f"vercel deploys for nobody: {login.says} -> `{login.do}`")
    for name in wish.given:
        # By itself it would take or make a project of the folder's name, whoever's that is.
        if not (wish.asks or is_linked(wish.root, name, env)):
            raise ToolError(
                f"{name} is linked to no project, and --yes chooses none: `vercel link`, in {name}"
            )


def _completed(wish: Wish) -> dict[str, Given]:
    """Return the variables with the one that is set on the way."""
    return {
        name: given.with_value(URL, wish.watched) if name == MONITOR and wish.watched else given
        for name, given in wish.given.items()
    }


def deploy(wish: Wish, runner: Runner, env: Mapping[str, str]) -> int:
    """Run every command, then probe what is online; return the exit code. Raises ToolError."""
    api = runner.run(_api_steps(wish, env))
    watched = wish.api or (api.address if api else None)
    try:
        monitor = runner.run(_monitor_steps(wish, watched, env))
    except ToolError as error:
        if api is None:
            raise
        again = f"go on with: make deploy API={shlex.quote(str(watched))} ARGS={MONITOR}"
        raise ToolError(f"{error}. The API is online at {watched}; {again}") from error
    print("\nAsking what is online:", flush=True)
    try:
        tally = report.show(_live(wish, watched, api, monitor))
    except KeyboardInterrupt:
        print("interrupted; what was deployed stays online, unasked", file=sys.stderr)
        _say_addresses(watched if api else None, monitor)
        raise
    _say_addresses(watched if api else None, monitor)
    return 1 if tally["fault"] else 0


def _live(
    wish: Wish, watched: str | None, api: Deployment | None, monitor: Deployment | None
) -> Iterator[Finding]:
    secrets = wish.given.get(MONITOR) or Given({}, frozenset(), "nowhere")
    for name, made in ((API, api), (MONITOR, monitor)):
        if made and made.production is None:
            yield warning(f"{name} address", f"{made.url} is no production domain, and may ask for a login")
    if api and watched:
        yield from live.api_findings(watched, wish.root / MONITOR / "goldens.json", secrets)
    if monitor:
        yield from live.monitor_findings(monitor.address, secrets)


def _say_addresses(api: str | None, monitor: Deployment | None) -> None:
    for title, address in (("API", api), ("dashboard", monitor and monitor.address)):
        if address:
            print(f"{title:<10} {address}")
    if monitor:
        print(PINGER)


def _api_steps(wish: Wish, env: Mapping[str, str]) -> Iterator[Step]:
    return api_steps([*wish.given], linked=is_linked(wish.root, API, env), asks=wish.asks)


def _monitor_steps(wish: Wish, watched: str | None, env: Mapping[str, str]) -> Iterator[Step]:
    linked = is_linked(wish.root, MONITOR, env)
    return monitor_steps([*wish.given], watched, linked=linked, asks=wish.asks)
