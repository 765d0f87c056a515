"""The memory of a server and all its processes, each shared page counted once."""

from contextlib import suppress

import psutil

from bench.machine import MIB


def pss_mib(pid: int) -> float | None:
    """Return the proportional set size of a process and all below it; None where the system has none."""
    if not psutil.LINUX:
        return None
    total = 0
    for process in tree(pid):
        with suppress(psutil.NoSuchProcess):  # A helper may end in between.
            total += process.memory_full_info().pss
    return total / MIB


def tree(pid: int) -> list[psutil.Process]:
    """Return a process and all below it; nothing where it has ended."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
