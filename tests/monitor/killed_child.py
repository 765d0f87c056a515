"""A monitor that probes as fast as it can, and a byte for each: `killed_child.py URL FILE TARGET`."""

import os
import sys
from pathlib import Path

from monitor import slots
from monitor.app import create_app
from monitor.settings import Settings
from monitor.store.sqlite import SqliteStore

SECRET = "of the tests"  # noqa: S105
ACKNOWLEDGED = b"x"


def stored(file: Path, target: str) -> int:
    """Return how many probes a file holds, without a visit: that would be one more."""
    table = slots.table_name(next(iter(slots.SIZES)))
    _, tables = SqliteStore(file, target).read("last", table)
    return sum(slots.decoded(text).probes for text in tables[table].values())


if __name__ == "__main__":
    url, file, target = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    client = create_app(Settings(main_api_url=url, history_path=file, cron_secret=SECRET)).test_client()
    before = stored(file, target)
    while True:
        client.get("/api/check", headers={"Authorization": f"Bearer {SECRET}"})
        after = stored(file, target)
        # Another one's lease may still be held: then nothing was probed.
        os.write(1, ACKNOWLEDGED * (after - before))
        before = after
