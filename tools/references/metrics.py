"""The page of all metrics: who exposes them, and one heading for each."""

from collections.abc import Iterator, Mapping, Sequence

from tools.references import MADE, notes, sources
from tools.references.family import Family
from tools.references.markdown import sentence
from tools.rules import recorded

Section = tuple[str, str, Sequence[Family], Mapping[str, str]]
PREFACE = """# Metrics

What is not known is absent, never zero. A histogram is read by its name with `_bucket`, `_sum` and `_count`,
and a bucket has the label `le`. [Counting](../counting.md) tells what the API's counts promise,
[the monitor](../monitor.md) how it comes to what it says, [alerts](../alerts.md) what is made of them."""
ALIASES = """With `METRIC_ALIASES=1` the API shows some values once more, by their names in older systems.
Beside its own metrics it has `process_*`, as every Python program with Prometheus's client."""


def page() -> str:
    """Return the page. Raises ValueError for a note that belongs to no metric."""
    parts = [PREFACE, MADE]
    parts += [part for section in _sections() for part in _section(section)]
    parts += list(_recorded())
    return "\n\n".join(parts) + "\n"


def _sections() -> Iterator[Section]:
    yield "The API", f"`GET /api/metrics`. {ALIASES}", sources.of_api(), notes.API
    says = "`GET /api/metrics`. What speaks of the last probe is absent once that no longer speaks."
    yield "The monitor", says, sources.of_monitor(), notes.MONITOR
    says = "`/metrics` of `tools/metrics_server.py`, beside what the monitor has of models and pipelines."
    yield "The artifacts folder", says, sources.of_artifacts(), notes.ARTIFACTS
    says = "`/metrics` of a training with `--metrics-port`, and what `--push` leaves."
    yield "A training", says, sources.of_trainings(), notes.TRAININGS
    says = "`/metrics` of `tools/replay.py`."
    yield "A replay", says, sources.of_replays(), notes.REPLAYS


def _section(section: Section) -> Iterator[str]:
    title, says, families, known = section
    _refuse_strays(title, known, {family.name for family in families})
    yield f"## {title}"
    yield says
    for family in families:
        yield f"### {family.name}"
        words = [sentence(family.says), known.get(family.name, "")]
        yield f"{_kind(family)} {' '.join(word for word in words if word)}"


def _kind(family: Family) -> str:
    labels = ", ".join(f"`{label}`" for label in family.labels)
    return f"*{family.kind}*" + (f" by {labels}." if labels else ".")


def _recorded() -> Iterator[str]:
    rules = [rule for group in recorded.GROUPS.values() for rule in group]
    _refuse_strays("recorded series", notes.RECORDED, {rule.record for rule in rules})
    yield "## Recorded series"
    yield "What Prometheus makes of these by `observability/prometheus/rules/recording.yml`."
    for rule in rules:
        yield f"### {rule.record}"
        yield notes.RECORDED[rule.record]
        yield f"```promql\n{rule.expr}\n```"


def _refuse_strays(title: str, known: Mapping[str, str], there: set[str]) -> None:
    strays = sorted(set(known) - there)
    if strays:
        raise ValueError(f"{title}: a note on what there is not: {', '.join(strays)}")
