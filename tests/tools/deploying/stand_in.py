"""A stand-in for the platform's tool, at the outermost wire: a program that notes what it was asked."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.deploying.cli import TRIED, Tool

NOBODY = "Error: No existing credentials found. Please run `vercel login` or pass --token"
PROGRAM = """#!{python}
import json, os, pathlib, sys
answers = json.loads(pathlib.Path({answers!r}).read_text())
here, words = pathlib.Path.cwd().name, sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps([here, *words]) + "\\n")
if words[0] == "link":
    link = pathlib.Path(".vercel/project.json")
    link.parent.mkdir(exist_ok=True)
    link.write_text(json.dumps({{"projectId": "prj_" + here, "orgId": "team"}}))
answer = answers.get(f"{{here}} {{words[0]}}", answers.get(words[0], {{}}))
sys.stdout.write(answer.get("out", ""))
sys.stderr.write(answer.get("err", ""))
sys.exit(answer.get("code", 0))
"""


@dataclass(frozen=True)
class StandIn:
    """The program, and what it answers to a command: in a folder, or in any."""

    folder: Path
    answers: dict[str, Any]

    @property
    def tool(self) -> Tool:
        """Return it as the tool at hand."""
        return Tool(str(self.folder / "vercel"), TRIED)

    @property
    def env(self) -> Mapping[str, str]:
        """Return an environment in which it is `vercel`."""
        return {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"}

    def says(self, command: str, *, out: str = "", err: str = "", code: int = 0) -> None:
        """Let it answer a command from now on."""
        self.answers[command] = {"out": out, "err": err, "code": code}
        (self.folder / "answers").write_text(json.dumps(self.answers))

    def deploys(self, name: str, url: str, **more: Any) -> None:
        """Let it have deployed a folder to an address."""
        said = {"url": url, "productionUrl": url, "readyState": "READY", **more}
        self.says(f"{name} deploy", out=json.dumps(said))

    def asked(self) -> list[list[str]]:
        """Return what it was asked: the folder, and the words."""
        log = self.folder / "log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def made(folder: Path) -> StandIn:
    """Write the program into a folder that is not there yet."""
    folder.mkdir()
    stand_in = StandIn(folder, {})
    program = folder / "vercel"
    program.write_text(
        PROGRAM.format(python=sys.executable, answers=str(folder / "answers"), log=str(folder / "log"))
    )
    program.chmod(0o755)
    stand_in.says("--version", out=f"{TRIED}\n")
    stand_in.says("whoami", out="somebody\n")
    return stand_in
