"""What the platform's own tool says of folders: is vercel.json valid, and which files would it upload?"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.deploying.cli import INSTALL, Tool, ask
from tools.deploying.files import needed, shown
from tools.deploying.finding import Finding, fault, ok, unchecked, warning

SCRIPT = Path(__file__).with_name("known.mjs")
NODE = "node is not on PATH"


@dataclass(frozen=True)
class Known:
    """What the tool thinks of a folder; fault: of its vercel.json, or None."""

    fault: str | None
    files: frozenset[str]


def ask_about(
    folders: Iterable[Path], preview: Path, tool: Tool | None, env: Mapping[str, str]
) -> dict[Path, Known] | str:
    """Return what the tool thinks of each folder, and of the preview's vercel.json, or why not."""
    node = shutil.which("node", path=env.get("PATH"))
    if tool is None:
        return "the vercel CLI is not at hand"
    if node is None or tool.modules is None:
        return NODE if node is None else f"vercel {tool.version} keeps its schema out of reach"
    asked = [*map(str, folders), "--", str(preview)]
    said = ask([node, str(SCRIPT), str(tool.modules), *asked], Path.cwd(), env)
    if said.code:
        return said.err.strip().rpartition("\n")[2] or f"node ended with {said.code}"
    each = map(json.loads, said.out.splitlines())
    return {Path(one["folder"]): Known(one["fault"], frozenset(one["files"] or ())) for one in each}


def config_finding(folder: Path, about: str, known: dict[Path, Known] | str) -> Finding:
    """Return whether a folder's vercel.json is valid by the tool's own schema."""
    if isinstance(known, str):
        return unchecked(about, known, INSTALL)
    if (wrong := known[folder].fault) is not None:
        return fault(about, wrong, "correct vercel.json")
    return ok(about, "valid by the CLI's own schema")


def upload_findings(folder: Path, known: dict[Path, Known] | str) -> Iterator[Finding]:
    """Yield which needed files the tool would leave behind, and which secrets it would take."""
    about = f"{folder.name} upload"
    if isinstance(known, str):
        yield unchecked(about, known, INSTALL)
        return
    uploaded = known[folder].files
    if dropped := sorted(needed(folder) - uploaded):
        yield fault(about, f"leaves out {shown(dropped)}", f"correct {folder.name}/.vercelignore")
    else:
        yield ok(about, f"{len(uploaded)} files, with all that are needed")
    if secret := sorted(name for name in uploaded if Path(name).name.startswith(".env")):
        yield warning(
            about, f"takes {shown(secret)}, which may hold secrets", f"name it in {folder.name}/.vercelignore"
        )
