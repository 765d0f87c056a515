"""What `python -m bench` runs."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from bench.cli import main
from tools import terminal

if __name__ == "__main__":
    sys.exit(terminal.finish(main))
