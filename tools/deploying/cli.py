"""The platform's command line tool at hand: the one on PATH, else the one that the tests installed."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.platform_build import CLI

TRIED = "64.0.2"
"""The version that all this was tried with."""
INSTALL = "npm i -g vercel"
MOST_SECONDS = 60
QUIET = {"VERCEL_TELEMETRY_DISABLED": "1", "NO_UPDATE_NOTIFIER": "1"}


@dataclass(frozen=True)
class Tool:
    """A program that starts, and the version it says it is."""

    program: str
    version: str

    @property
    def modules(self) -> Path | None:
        """Return the folder of its own modules, where it is a package of npm."""
        beside = Path(self.program).resolve().parent
        return beside if (beside / "chunks").is_dir() else None


@dataclass(frozen=True)
class Said:
    """How a short command ended."""

    code: int
    out: str
    err: str


def find(env: Mapping[str, str]) -> Tool | None:
    """Return the tool at hand, or None where there is none that starts."""
    installed = CLI / "node_modules" / ".bin" / "vercel"
    for program in (shutil.which("vercel", path=env.get("PATH")), str(installed)):
        if program and Path(program).exists():
            said = ask([program, "--version"], Path.cwd(), env)
            if said.code == 0 and said.out.strip():
                # Of several lines the last: some releases greet first.
                return Tool(program, said.out.strip().splitlines()[-1].removeprefix("Vercel CLI "))
    return None


def ask(command: list[str], cwd: Path, env: Mapping[str, str], seconds: float = MOST_SECONDS) -> Said:
    """Run a command that asks nobody anything; one that does not start or end has exit code 1 and says so."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, without a shell
            command,
            cwd=cwd,
            env={**env, **QUIET},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Said(1, "", f"no answer within {seconds:g} s")
    except OSError as error:
        return Said(1, "", f"{Path(command[0]).name} can't be started: {error.strerror}")
    return Said(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
