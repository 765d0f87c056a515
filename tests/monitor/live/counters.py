"""An API's counters that only grow, and the table that a monitor keeps of them."""

from collections.abc import Mapping
from typing import Any

from monitor import accuracy, drift
from monitor.counted import Bins, Counted, Feedback
from tests.monitor.live.inputs import BASELINE
from tests.monitor.samples import NOW

KEY = ("math-score", "1")


class Counters:
    """Counts rows and outcomes of one model, and lets a monitor look at them."""

    def __init__(self, baseline: Bins = BASELINE) -> None:
        self.baseline = baseline
        self.rows = 0
        self.bins: Bins = {name: dict.fromkeys(bins, 0) for name, bins in baseline.items()}
        self.feedback: Feedback | None = None
        self.tables: dict[str, dict[str, str]] = {drift.TABLE: {}, accuracy.TABLE: {}}

    def count(self, live: Bins) -> None:
        """Count rows."""
        self.rows += sum(next(iter(live.values())).values())
        self.bins = {
            name: {label: bins[label] + live[name].get(label, 0) for label in bins}
            for name, bins in self.bins.items()
        }

    def probe(self, at: float = NOW, **other: Any) -> None:
        """Look at the counters, and keep what is to be kept."""
        now = {"rows": self.rows, "bins": self.bins, "baseline": self.baseline, "feedback": self.feedback}
        seen = {KEY: Counted(**{**now, **other})}
        self._keep(drift.TABLE, drift.recorded(self.tables[drift.TABLE], seen, at))
        self._keep(accuracy.TABLE, accuracy.recorded(self.tables[accuracy.TABLE], seen, at))

    @property
    def drift(self) -> dict[str, drift.Row]:
        """Return the features of the last window."""
        return {row.feature: row for row in drift.listed(self.tables[drift.TABLE], [KEY])}

    @property
    def live(self) -> accuracy.Live:
        """Return the live accuracy."""
        (found,) = accuracy.listed(self.tables[accuracy.TABLE], [KEY])
        return found

    def _keep(self, table: str, changed: Mapping[str, str | None]) -> None:
        self.tables[table] = {
            field: text for field, text in {**self.tables[table], **changed}.items() if text is not None
        }
