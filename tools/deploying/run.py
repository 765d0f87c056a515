"""Runs the steps of a deployment: each is shown first, and run when a person said yes or --yes did."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.deploying.cli import QUIET, Tool
from tools.deploying.deployment import Deployment, read
from tools.deploying.plan import Step
from tools.terminal import ToolError

GOES_ON = "what was begun there goes on; `vercel list` tells"


@dataclass(frozen=True)
class Runner:
    """How steps are run; agrees: asks the person, and is the answer."""

    root: Path
    tool: Tool
    env: Mapping[str, str] = field(repr=False)
    agrees: Callable[[], bool]

    def run(self, steps: Iterable[Step]) -> Deployment | None:
        """Run steps in order and return the deployment that the last of them made. Raises ToolError."""
        made = None
        for step in steps:
            show(step)
            if not self.agrees():
                raise ToolError("stopped; this command and what comes after it were not run")
            answer = self._answer(step)
            made = read(answer) if step.kind == "deploy" else made
        return made

    def _answer(self, step: Step) -> str:
        """Return what a deployment answers on stdout; all else that commands write goes to the terminal."""
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, without a shell
                [self.tool.program, *step.arguments],
                cwd=self.root / step.folder,
                env={**self.env, **QUIET},
                stdout=subprocess.PIPE if step.kind == "deploy" else None,
                check=False,
            )
        except OSError as error:
            raise ToolError(f"vercel can't be started: {error.strerror}") from error
        except KeyboardInterrupt:
            print(f"interrupted; {GOES_ON}", file=sys.stderr)
            raise
        if done.returncode:
            raise ToolError(f"`{step.typed()}` ended with {done.returncode}; its reason is above")
        return (done.stdout or b"").decode(errors="replace")


def show(step: Step) -> None:
    """Print a step as a person would type it."""
    print(f"\n# {step.why}\n{step.typed()}", flush=True)


def ask_person() -> bool:
    """Ask on the terminal; nothing but yes is yes."""
    try:
        return input("Run it? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def agreed() -> bool:
    """Return that --yes said so for all."""
    return True
