"""May the tool at hand deploy, and to which projects: is it logged in, and each folder linked?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.deploying.cli import INSTALL, TRIED, Tool, ask
from tools.deploying.finding import Finding, fault, ok, warning
from tools.terminal import printable

LINK = Path(".vercel") / "project.json"
REPO_LINK = Path(".vercel") / "repo.json"
PROJECT = "VERCEL_PROJECT_ID"
LOGIN = "vercel login"


def tool_finding(tool: Tool | None) -> Finding:
    """Return which tool is at hand."""
    if tool is None:
        return warning("vercel CLI", "is not at hand: what it alone can tell is not checked", INSTALL)
    if tool.version.split(".")[0] != TRIED.split(".")[0]:
        return warning(
            "vercel CLI", f"{printable(tool.version, 40)} is at hand; all this was tried with {TRIED}"
        )
    return ok("vercel CLI", f"{printable(tool.version, 40)} is at hand")


def login_finding(tool: Tool, env: Mapping[str, str]) -> Finding:
    """Return whether somebody is logged in."""
    # CI: else it would start a login and wait for it where it thinks that a program asks.
    said = ask([tool.program, "whoami"], Path.cwd(), {**env, "CI": "1"})
    if said.code:
        return warning("vercel login", _words(said.err) or f"`vercel whoami` ended with {said.code}", LOGIN)
    return ok("vercel login", f"as {_words(said.out)}")


def link_findings(root: Path, names: Sequence[str], env: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether each folder is linked to a project, and to one of its own."""
    if env.get(PROJECT) and len(names) > 1:
        yield fault(
            "projects", f"{PROJECT} is set: both folders would go to that one project", f"unset {PROJECT}"
        )
    linked = {name: project(root, name) for name in names}
    for name in names:
        if not is_linked(root, name, env):
            yield warning(
                f"{name} project", "is not linked yet", f"vercel link, in {name}; `make deploy` does it"
            )
        else:
            yield ok(f"{name} project", "is linked")
    both = [its for its in linked.values() if its]
    if len(both) > len(set(both)):
        yield fault("projects", "both folders are linked to the same one", "vercel link, in monitoring")


def is_linked(root: Path, name: str, env: Mapping[str, str]) -> bool:
    """Tell whether the tool will know a folder's project without asking."""
    return bool(env.get(PROJECT) or project(root, name) or name in _of_repository(root))


def project(root: Path, name: str) -> str | None:
    """Return the project that a folder is linked to by itself."""
    try:
        said = json.loads((root / name / LINK).read_text(encoding="utf-8"))
        return str(said["projectId"])
    except (OSError, ValueError, KeyError, TypeError):  # The tool takes it for not linked, too.
        return None


def _of_repository(root: Path) -> list[str]:
    """Return the folders that are linked by one file for the whole repository."""
    try:
        said = json.loads((root / REPO_LINK).read_text(encoding="utf-8"))
        return [str(each["directory"]) for each in said["projects"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _words(said: str) -> str:
    """Return the first line that is no greeting, without the signs that the tool puts before it."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("Vercel CLI ")]
    return printable(lines[0].removeprefix("Error: ").removeprefix("> ")) if lines else ""
