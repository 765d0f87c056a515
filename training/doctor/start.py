"""Measures what a deployment imports at its start, in fresh processes that know nothing of this one."""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from training.doctor.distributions import Installed
from training.doctor.files import Files, stage
from training.doctor.interpreter import Interpreter
from training.errors import TrainingError

MOST_SECONDS = 120
NO_APP = "there is no `app`"
LINE = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$")
PYTHON_ITSELF = "Python's own modules"
THIS_FOLDER = "this folder"
# By path, as the platform loads it. A thread that goes on must not keep the process.
START = """
import os, runpy, sys, time
entry, result = sys.argv[1:]
print("import time begins", file=sys.stderr, flush=True)
began = time.perf_counter()
found = runpy.run_path(entry)
seconds = time.perf_counter() - began
if "app" not in found:
    sys.exit("there is no `app` in it")
with open(result, "w") as file:
    file.write(str(seconds))
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)
"""


class NotStarted(TrainingError):
    """The app did not start; says why in a line."""

    @property
    def is_of_the_code(self) -> bool:
        """Return whether no setting could have helped: a module is missing, or `app`."""
        return str(self).startswith(("ModuleNotFoundError", "ImportError", NO_APP))


@dataclass(frozen=True)
class Cost:
    """What one owner's modules took, in seconds without those that they import in turn."""

    owner: str
    seconds: float
    modules: int


@dataclass(frozen=True)
class Start:
    """The medians of several starts: seconds until app was there, and what imports took of them."""

    runs: int
    seconds: float
    costs: tuple[Cost, ...]
    modules: frozenset[str]


def measure(
    folder: Path, files: Files, entry: str, interpreter: Interpreter, env: Mapping[str, str], runs: int
) -> list[tuple[float, dict[str, float]]]:
    """Start a copy of the deployment several times; return seconds, and seconds by module, of each."""
    with tempfile.TemporaryDirectory(prefix="doctor-") as made:
        task = Path(made) / "task"
        task.mkdir()
        stage(folder, files, task)
        return [_start(task, entry, interpreter, env) for _ in range(runs)]


def summed(
    measured: list[tuple[float, dict[str, float]]], installed: Installed, own: Mapping[str, int]
) -> Start:
    """Return the medians by distribution, the dearest first."""
    owners = {module: each.name for each in installed.values() for module in each.modules}
    folders = {name.split("/")[0].removesuffix(".py") for name in own}
    seen = {module for _, times in measured for module in times}
    by_owner: dict[str, set[str]] = {}
    for module in seen:
        by_owner.setdefault(_owner(module, owners, folders), set()).add(module)
    costs = [
        Cost(owner, median(sum(times.get(module, 0) for module in of) for _, times in measured), len(of))
        for owner, of in by_owner.items()
    ]
    dearest = sorted(costs, key=lambda cost: -cost.seconds)
    return Start(len(measured), median(each for each, _ in measured), tuple(dearest), frozenset(seen))


def parse(report: str) -> dict[str, float]:
    """Return module -> seconds of its own, from what -X importtime prints after the interpreter is up."""
    found = (LINE.match(line) for line in report.partition("import time begins")[2].splitlines())
    return {match[2]: int(match[1]) / 1e6 for match in found if match}


def _owner(module: str, owners: Mapping[str, str], folders: set[str]) -> str:
    if module in owners:
        return owners[module]
    return THIS_FOLDER if module.partition(".")[0] in folders else PYTHON_ITSELF


def _start(
    task: Path, entry: str, interpreter: Interpreter, env: Mapping[str, str]
) -> tuple[float, dict[str, float]]:
    result = task.parent / "seconds"
    result.unlink(missing_ok=True)
    paths = [str(task), *([str(interpreter.site)] if interpreter.site else [])]
    # The platform's packages come without compiled caches, and it writes none. -S: nothing else is there.
    options = ["-B", "-X", "importtime", *(["-S"] if interpreter.site else [])]
    given = {"VERCEL": "1", "HOME": str(task), "PYTHONPATH": os.pathsep.join(paths), **env}
    command = [interpreter.program, *options, "-c", START, str(task / entry), str(result)]
    try:
        done = subprocess.run(  # noqa: S603 - the person's own deployment
            command, cwd=task, env=given, stdin=subprocess.DEVNULL, capture_output=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise NotStarted(f"it did not start within {MOST_SECONDS} s") from error
    report = done.stderr.decode(errors="replace")
    if not result.exists():
        raise NotStarted(_last_line(report) or f"it ended with {done.returncode}")
    return float(result.read_text()), parse(report)


def _last_line(report: str) -> str:
    lines = [line for line in report.splitlines() if line.strip() and not line.startswith("import time")]
    return lines[-1].strip() if lines else ""
