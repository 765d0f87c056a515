"""What is measured of each contender; one row of the table is one series of numbers, a number a round."""

from dataclasses import dataclass

CONNECTIONS = (1, 8, 32)
MANY = 1000
"""Rows of the long call."""


@dataclass(frozen=True)
class Measure:
    """A series by its key, whose end is the unit in which results keep it.

    short: heads a narrow column. unit, per, digits: how it is shown, `per` of the kept unit in one of these.
    """

    key: str
    title: str
    short: str
    unit: str
    per: float = 1
    digits: int = 0

    def shown(self, value: float | None) -> str:
        """Return a number without its unit, or what stands for none."""
        return "-" if value is None else f"{value / self.per:,.{self.digits}f}"


def _loaded(connections: int) -> tuple[Measure, ...]:
    at = f"{connections} connection{'s' if connections > 1 else ''}"
    return (
        Measure(f"p50_us_{connections}", f"p50, {at}", f"p50 {connections}c", "us"),
        Measure(f"p99_us_{connections}", f"p99, {at}", f"p99 {connections}c", "ms", per=1000, digits=1),
        Measure(f"rps_{connections}", f"throughput, {at}", f"load {connections}c", "req/s"),
    )


MEASURES = (
    Measure("cold_ms", "cold start", "cold", "ms"),
    *(measure for connections in CONNECTIONS for measure in _loaded(connections)),
    Measure("many_rows_us", f"p50 of a call with {MANY:,} rows", f"{MANY:,} rows", "ms", per=1000, digits=1),
    Measure("memory_mib", "memory", "memory", "MiB"),
    Measure("installed_mib", "installed", "installed", "MiB"),
)
BY_KEY = {measure.key: measure for measure in MEASURES}
HEADLINES = tuple(
    BY_KEY[key] for key in ("cold_ms", "p50_us_1", "rps_8", "p99_us_32", "memory_mib", "installed_mib")
)
"""Those of the short table."""


@dataclass(frozen=True)
class Besides:
    """What is measured for the project alone and not for each contender."""

    key: str
    title: str
    unit: str


BESIDES = (
    Besides("bundle_mib_ml_api", "built ml-api deployment", "MiB"),
    Besides("bundle_mib_monitoring", "built monitoring deployment", "MiB"),
    Besides("dashboard_cpu_ms", "dashboard from 90 full days, processor time", "ms"),
    Besides("monitor_metrics_ms", "the monitor's /api/metrics when fresh", "ms"),
)
