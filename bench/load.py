"""One load by wrk: so many connections, each of which asks again as soon as it was answered."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.terminal import ToolError, printable

SCRIPT = Path(__file__).with_name("post.lua")
MISSING = "wrk is not on PATH, and makes the load; on Debian: apt-get install --no-install-recommends wrk"
FAULTS = ("connect", "read", "write", "status", "timeout")
TIMEOUT = 30
"""Seconds for one answer: a slow one is one, too."""
GRACE = 30.0
"""Seconds that wrk may take longer than it was told."""


class Invalid(Exception):
    """Says why a round does not count."""


@dataclass(frozen=True)
class Load:
    """What callers saw: latencies in microseconds, answers a second."""

    p50_us: float
    p99_us: float
    rps: float


def find_wrk() -> str:
    """Return the program. Raises ToolError where it is missing."""
    found = shutil.which("wrk")
    if not found:
        raise ToolError(MISSING)
    return found


def load(wrk: str, url: str, body: Path, *, connections: int, seconds: int) -> Load:
    """Ask an address with a file's bytes for so many seconds. Raises Invalid unless all was answered."""
    much = ("-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{TIMEOUT}s")
    command = [wrk, *much, "-s", str(SCRIPT), url, "--", str(body)]
    try:
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds + GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid("wrk did not end") from error
    if done.returncode:
        raise Invalid(f"wrk said: {printable(done.stderr.strip() or done.stdout.strip())}")
    return judged(done.stdout)


def judged(said: str) -> Load:
    """Return what wrk's last line says. Raises Invalid where a call failed, or none was made."""
    found = _last_line(said)
    failed = [f"{found[fault]:,} {fault}" for fault in FAULTS if found[fault]]
    if failed:
        raise Invalid(f"of {found['requests']:,} calls some failed: {', '.join(failed)}")
    if not found["requests"]:
        raise Invalid("no call was answered")
    return Load(found["p50_us"], found["p99_us"], found["requests"] * 1e6 / found["microseconds"])


def _last_line(said: str) -> Mapping[str, int]:
    try:
        found = json.loads(said.strip().splitlines()[-1])
        return {key: int(found[key]) for key in ("microseconds", "requests", "p50_us", "p99_us", *FAULTS)}
    except (ValueError, LookupError, TypeError) as error:
        raise Invalid(f"wrk said something else: {printable(said[-200:])}") from error
