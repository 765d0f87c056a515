"""Where the tests count: stores that are empty at first, and can be opened many times."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mlapi.counters import Claim, Flush, Store
from mlapi.counters.redis import RedisStore
from mlapi.counters.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[3]
FAILURES, LATE = "failures", "late"
TODAY = "2024-05-01"


def open_store(kind: str, address: str, **options) -> Store:
    """Open a store at the address of its kind; patient, so that a busy machine breaks no promise."""
    return (
        RedisStore(address, **{"seconds": 10.0, **options})
        if kind == "redis"
        else SqliteStore(Path(address), **options)
    )


def start_child(kind: str, address: str, task: str, output=subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Start a task of child.py."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mlapi.counters.child", kind, address, task],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "ml-api")])},
        stdin=subprocess.PIPE,
        stdout=output,
        start_new_session=True,
    )


def finish(child: subprocess.Popen[bytes], says: bytes = b"") -> bytes:
    """Let a child that was told something come to its end, which must be a good one; return what it said."""
    try:
        said, _ = child.communicate(says, timeout=60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # Its own children too.
    assert child.returncode == 0
    return said


@dataclass
class Place:
    """One kind of store, at one address."""

    kind: str
    address: str
    opened: list[Store]

    def open(self, **options) -> Store:
        """Open it once more."""
        self.opened.append(open_store(self.kind, self.address, **options))
        return self.opened[-1]

    def child(self, task: str, output=subprocess.PIPE) -> subprocess.Popen[bytes]:
        """Start a task of child.py on it, whose words are bytes."""
        return start_child(self.kind, self.address, task, output)

    def close(self) -> None:
        """Close every store that was opened."""
        for store in self.opened:
            store.close()


def claim(
    name: str, increments: Mapping[str, int] | None = None, *, day: str = TODAY, most: int = 100
) -> Claim:
    """Return a claim that counts `labels` unless told otherwise."""
    return Claim(day, name, most, {"labels": 1} if increments is None else increments)


def flush(
    sequence: int, increments: Mapping[str, int] | None = None, *claims: Claim, instance: str = "one"
) -> Flush:
    """Return a flush of an instance."""
    return Flush(instance, sequence, increments or {}, claims)


class Hand:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


Failure = Callable[[Callable[[], object]], str]
