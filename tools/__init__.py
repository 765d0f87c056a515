"""What a person runs from a laptop; never deployed."""

import sys
from importlib.util import find_spec
from pathlib import Path

BARE = ("lock.py", "install.py")
"""What make runs before anything is installed, with Python's own modules alone."""
NEEDED = ("flask", "prometheus_client", "requests", "rich")

# Before any of them is imported: a person with another Python reads a reason and no traceback.
if Path(sys.argv[0]).name not in BARE and not all(map(find_spec, NEEDED)):
    sys.exit("error: this Python lacks what the tools need; use .venv/bin/python, which `make run` makes.")
