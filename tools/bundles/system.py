"""How busy this machine is, for where no node_exporter tells."""

import importlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tools.terminal import ToolError

SHORTEST = 1.0
"""Seconds over which the use of the processors is measured, at least."""


class System(Collector):
    """Measures at each scrape. The use of the processors is that since the scrape before."""

    def __init__(self, disk: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin to measure. Raises ToolError where psutil is missing."""
        try:
            self._psutil: Any = importlib.import_module("psutil")
        except ImportError as error:
            said = "--system needs psutil: .venv/bin/python -m pip install -r tools/requirements.txt"
            raise ToolError(said) from error
        self._disk = disk
        self._clock = clock
        self._lock = threading.Lock()
        # psutil remembers the earlier reading by thread, and says 0 where there is none: one thread asks it.
        self._one_thread = ThreadPoolExecutor(1)
        self._cpu = self._measured(0.2)
        self._at = clock()

    def collect(self) -> Iterator[Metric]:
        """Yield the three families."""
        memory, disk = self._psutil.virtual_memory().percent, self._psutil.disk_usage(self._disk).percent
        said = "Share of the processors' time that was used since the last scrape"
        yield GaugeMetricFamily("system_cpu_usage_percent", said, self._used())
        yield GaugeMetricFamily("system_memory_usage_percent", "Share of the memory that is in use", memory)
        said = "Share of the disk that is in use, of what is there for ordinary users"
        yield GaugeMetricFamily("system_disk_usage_percent", said, disk)

    def _used(self) -> float:
        with self._lock:
            now = self._clock()
            if now - self._at >= SHORTEST:
                self._cpu, self._at = self._measured(None), now
            return self._cpu

    def _measured(self, interval: float | None) -> float:
        return float(self._one_thread.submit(self._psutil.cpu_percent, interval).result())
