"""Where the stores under test keep their things, and how another process opens them."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from monitor.store import Store
from monitor.store.redis import RedisStore
from monitor.store.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Place:
    """A file or a Redis."""

    kind: str
    at: str

    def open(self, target: str = "target") -> Store:
        """Return a new store on it."""
        return RedisStore(self.at, target) if self.kind == "redis" else SqliteStore(Path(self.at), target)

    def child(self, task: str, *args: object) -> subprocess.Popen[bytes]:
        """Start a process that does one of the tasks of child.py on this place."""
        path = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'monitoring')!r}]; "
        run = f"import runpy; runpy.run_path({str(CHILD)!r}, run_name='__main__')"
        return subprocess.Popen(
            [sys.executable, "-c", path + run, self.kind, self.at, task, *map(str, args)],
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
