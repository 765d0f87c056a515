"""Runs the command line."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from tools.terminal import finish
from training.cli import main

if __name__ == "__main__":
    sys.exit(finish(lambda: main(sys.argv[1:])))
