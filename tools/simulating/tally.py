"""What came of simulated traffic: the numbers, and the words for them at its end."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tools.simulating.call import Outcome
from tools.terminal import counted

MOST_REASONS = 20


@dataclass
class Tally:
    """Counts of calls; unsent: those for which no worker was free; seconds: of each that was answered."""

    sent: int = 0
    unsent: int = 0
    rows: int = 0
    refused: int = 0
    failed: int = 0
    truths: int = 0
    seconds: list[float] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.truths += outcome.truths
        if outcome.note:
            self.notes[outcome.note] += 1
        if outcome.kind == "answered":
            self.rows += outcome.rows
            self.seconds.append(outcome.seconds or 0.0)
        elif outcome.kind == "refused":
            self.refused += 1
        else:
            self.failed += 1
            self.reasons[outcome.why] += 1

    def in_words(self) -> str:
        """Return in a few words how it stands."""
        return (
            f"{self.sent:,} sent, {len(self.seconds):,} answered, {self.refused:,} refused as intended, "
            f"{counted(self.failed, 'failure')}"
        )

    def summary(self, rate: float, workers: int, lasted: float) -> Iterator[str]:
        """Yield the lines that end a simulation of so many seconds."""
        pace = self.sent / max(lasted, 1e-9)
        yield f"sent       {counted(self.sent, 'call')} in {lasted:.1f} s, {pace:.2f} a second"
        answered = counted(len(self.seconds), "call")
        yield f"answered   {answered} with {counted(self.rows, 'row')}{self._times()}"
        yield f"refused    {counted(self.refused, 'call')}, as intended"
        yield f"failures   {self.failed:,}"
        for why, times in self.reasons.most_common(MOST_REASONS):
            yield f"           {times:,} times: {why}"
        if self.truths:
            yield f"truths     {self.truths:,} sent back, all of them simulated"
        yield from (f"note       {said}" for said in self.notes)
        yield from self._left(rate, workers)

    def _left(self, rate: float, workers: int) -> Iterator[str]:
        """Yield what did not come about."""
        out = self.sent - len(self.seconds) - self.refused - self.failed
        if out:
            yield f"waiting    {counted(out, 'call')} had no answer yet at the end"
        if self.unsent:
            said = f"all {workers} workers were busy, the API (or this tool) can't keep up"
            yield f"not sent   {counted(self.unsent, 'call')}: {said} with {rate:g} a second"

    def _times(self) -> str:
        if not self.seconds:
            return ""
        return f", p50 {quantile(self.seconds, 0.5):.4f} s, p95 {quantile(self.seconds, 0.95):.4f} s"


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
