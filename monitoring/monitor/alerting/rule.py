"""What a row of the table of alerts says, and the words that rows share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.accuracy import Live
from monitor.drift import Row
from monitor.sample import Sample

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
Severity = Literal["critical", "warning", "none"]
Wrongs = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Context:
    """What a rule may know beside the sample; `scale` shortens how long alerts wait, for a rehearsal."""

    now: float
    pipeline_max_age: float | None = None
    drift: Sequence[Row] = ()
    live: Sequence[Live] = ()
    scale: float = 1.0


Check = Callable[[Sample, Context], Wrongs]
Unseen = Callable[[Sample, str], bool]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row of the table: what it is called, how bad it is, and when it fires.

    after: seconds for which it must have been so.
    expr: gives a series for each that is wrong, to Prometheus.
    summary, description: Go templates of Prometheus; what is wrong, and how bad it is.
    check: gives what is wrong in a sample, where the monitor can judge that without Prometheus.
    unseen: tells that a sample says nothing of a subject: what was so of it goes on, and is not over.
    scope: whose resources, where two rows share a name.
    """

    name: str
    severity: Severity
    after: float
    expr: str
    summary: str
    description: str
    check: Check | None = None
    unseen: Unseen | None = None
    scope: str | None = None


def label(name: str) -> str:
    """Return a template that says an alert's label."""
    return _filled(f"$labels.{name}")


def value(form: str = 'printf "%.4g"') -> str:
    """Return a template that says an alert's value."""
    return _filled(f"$value | {form}")


def asked(expr: str, *labels: str, fixed: str = "", form: str = 'printf "%.4g"') -> str:
    """Return a template that says what another series is now; where labels are named, with the alert's."""
    found = f"query `{expr}`"
    if labels:
        selector = ",".join(filter(None, [*(f"{name}=%q" for name in labels), fixed]))
        values = " ".join(f"$labels.{name}" for name in labels)
        found = f"query (printf `{expr}{{{selector}}}` {values})"
    said = _filled(f". | first | value | {form}")
    return _filled(f"with {found}") + said + _filled("else") + "unknown" + _filled("end")


def _filled(action: str) -> str:
    return "{{ " + action + " }}"


MODEL = f"{label('model')} {label('model_version')}"
BY_MODEL = "by (model, model_version)"
SHARE = "humanizePercentage"
WHOLE = 'printf "%.0f"'
