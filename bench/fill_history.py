"""Fills the history of a monitor with 90 days: `python -m bench.fill_history API_ADDRESS FILE`.

A process of its own, since it needs the monitor's package on PYTHONPATH.
"""

import sys
from pathlib import Path

from monitor.settings import Settings
from tests.monitor.full_history import fill

DAYS = 90

if __name__ == "__main__":
    fill(Settings(main_api_url=sys.argv[1], history_path=Path(sys.argv[2])), DAYS)
