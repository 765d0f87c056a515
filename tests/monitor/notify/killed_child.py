"""A monitor's notifier in a process of its own, to be killed: killed_child FILE URL."""

import sys
from pathlib import Path

from monitor.channels import opened
from monitor.notify import Notifier
from monitor.store.sqlite import SqliteStore

if __name__ == "__main__":
    file, url = sys.argv[1:]
    Notifier(SqliteStore(Path(file), "x"), opened([url]), "https://api.test").settle()
