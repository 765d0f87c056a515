"""What a person runs from a laptop; never deployed."""

import sys
from importlib.util import find_spec

NEEDED = ("flask", "prometheus_client", "requests", "rich")

# Before any of them is imported: a person with another Python reads a reason and no traceback.
if not all(map(find_spec, NEEDED)):
    sys.exit("error: this Python lacks what the tools need; use .venv/bin/python, which `make run` makes.")
