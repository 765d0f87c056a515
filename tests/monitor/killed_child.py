"""A monitor that probes as fast as it can and acknowledges each by a byte: `killed_child.py URL FILE`."""

import os
import sys
from pathlib import Path

from monitor.app import create_app
from monitor.settings import Settings

SECRET = "of the tests"  # noqa: S105
ACKNOWLEDGED = b"x"

if __name__ == "__main__":
    url, file = sys.argv[1:]
    client = create_app(Settings(main_api_url=url, history_path=Path(file), cron_secret=SECRET)).test_client()
    while True:
        before = client.get("/api/history?window=1h").get_json()["slots"]
        answer = client.get("/api/check", headers={"Authorization": f"Bearer {SECRET}"}).get_json()
        after = client.get("/api/history?window=1h").get_json()["slots"]
        # Another one's lease may still be held: then nothing was probed.
        if answer["history"]["kept"] and sum(s["probes"] for s in after) > sum(s["probes"] for s in before):
            os.write(1, ACKNOWLEDGED)
