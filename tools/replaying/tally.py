"""What came of a replay: the numbers, and the words for them at its end."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tools.card import Card
from tools.replaying.metrics import Metrics
from tools.terminal import counted, printable

MOST_REASONS = 20


@dataclass
class Tally:
    """Counts of rows, told to the metrics too.

    off: sum of the errors of rows whose truth is known; seconds: of the calls that were answered.
    """

    metrics: Metrics
    rows: int = 0
    errors: int = 0
    calls: int = 0
    seconds: float = 0.0
    known: int = 0
    off: float = 0.0
    fed_back: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def played(self, rows: int) -> None:
        """Count rows that were played, answered or not."""
        self.rows += rows
        self.metrics.rows.inc(rows)

    def answered(self, seconds: float) -> None:
        """Count a call that was answered."""
        self.calls += 1
        self.seconds += seconds

    def fail(self, reasons: Iterable[str]) -> None:
        """Count one row that failed, for one reason or several."""
        self.errors += 1
        self.metrics.errors.inc()
        self.reasons.update(set(reasons))

    def note(self, said: str) -> None:
        """Keep something for the end, said once."""
        if said not in self.notes:
            self.notes.append(said)

    def summary(self, card: Card) -> Iterator[str]:
        """Yield the lines that end a replay."""
        mean = f", {self.seconds / self.calls:.4f} s a call on average" if self.calls else ""
        yield f"{counted(self.rows, 'row')}, {counted(self.errors, 'error')}{mean}"
        if self.known:
            yield self._live(card)
        yield from (f"note: {said}" for said in self.notes)
        for reason, rows in self.reasons.most_common(MOST_REASONS):
            yield f"{counted(rows, 'row')}: {printable(reason)}"
        if len(self.reasons) > MOST_REASONS:
            yield f"and {counted(len(self.reasons) - MOST_REASONS, 'more reason')}"

    def _live(self, card: Card) -> str:
        sent = f"over {counted(self.known, 'true value')}, {self.fed_back:,} of them sent back as feedback"
        if card.task == "classification":
            return f"live accuracy {1 - self.off / self.known:.4f} {sent}"
        unit = f" {printable(card.output['unit'], 30)}" if card.output.get("unit") else ""
        return f"live MAE {self.off / self.known:,.6g}{unit} {sent}"
