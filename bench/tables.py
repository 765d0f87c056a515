"""The tables of the pages, in Markdown."""

from collections.abc import Iterable, Sequence

from bench import words
from bench.goals import judged
from bench.measures import BESIDES, BY_KEY, HEADLINES, Measure
from bench.results import Entry, Results, ratio

SERIES = {
    "Start and size": ("cold_ms", "memory_mib", "installed_mib"),
    "Latency: p50": ("p50_us_1", "p50_us_8", "p50_us_32"),
    "Latency: p99": ("p99_us_1", "p99_us_8", "p99_us_32"),
    "Throughput, and many rows": ("rps_1", "rps_8", "rps_32", "many_rows_us"),
}


def short(results: Results) -> str:
    """Return the short table, with its date, machine and versions."""
    ours = results.contenders.get("tandem")
    rows = [
        (_title(entry), *(_beside(measure, entry, ours) for measure in HEADLINES))
        for entry in results.measured().values()
    ]
    head = ("", *(f"{each.title}, {each.unit}" for each in HEADLINES))
    return "\n".join([*_grid(head, rows), "", _said(results)])


def _said(results: Results) -> str:
    missing = "; ".join(words.left_out(results))
    return (
        f"Medians of {words.rounds(results)}, interleaved: {words.machine(results)}. "
        f"In brackets: how many times Tandem's number. Versions: {words.versions(results)}."
        + (f" Left out: {_escaped(missing)}." if missing else "")
    )


def goals(results: Results) -> str:
    """Return the goals with what was measured."""
    rows = [
        (each.goal.name, words.limit(each.goal), words.measured(each), each.state) for each in judged(results)
    ]
    return "\n".join(_grid(("goal", "limit", "measured", ""), rows))


def numbers(results: Results) -> str:
    """Return every measure as median, lowest and highest round; then what was measured besides."""
    parts = [_series(title, [BY_KEY[key] for key in keys], results) for title, keys in SERIES.items()]
    return "\n\n".join([*parts, *_besides(results), *_remarks(results)])


def _series(title: str, measures: Sequence[Measure], results: Results) -> str:
    rows = [
        (_title(entry), *(_spread(measure, entry) for measure in measures))
        for entry in results.measured().values()
    ]
    return "\n".join(_grid((title, *(f"{each.title}, {each.unit}" for each in measures)), rows))


def _besides(results: Results) -> Iterable[str]:
    rows = [
        (each.title, results.besides[each.key].missing or words.number(results.once(each.key), each.unit))
        for each in BESIDES
        if each.key in results.besides
    ]
    return ["\n".join(_grid(("Besides", "measured"), rows))] if rows else []


def _remarks(results: Results) -> Iterable[str]:
    lines = [
        *(f"- Left out: {_escaped(line)}" for line in words.left_out(results)),
        *(f"- Does not count: {_escaped(line)}" for line in words.faults(results)),
    ]
    return ["\n".join(lines)] if lines else []


def versions(results: Results) -> str:
    """Return machine and packages."""
    found = results.machine
    return (
        f"{words.machine(results)}; {found['memory_mib']:,} MiB of memory, kernel {found['kernel']}, "
        f"load average before {found['load_before']:g}. The run took {results.seconds / 60:.0f} minutes.\n\n"
        f"{words.versions(results)}."
    )


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    line = "|" + "|".join(["---", *["--:"] * (len(head) - 1)]) + "|"
    return [_row(head), line, *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _title(entry: Entry) -> str:
    return f"**{entry.title}**" if entry.kind == "ours" else entry.title


def _beside(measure: Measure, entry: Entry, ours: Entry | None) -> str:
    value = entry.median(measure.key)
    times = None if ours is None or entry is ours else ratio(value, ours.median(measure.key))
    return f"{measure.shown(value)} ({words.times(times)})" if times else measure.shown(value)


def _spread(measure: Measure, entry: Entry) -> str:
    rounds = entry.rounds.get(measure.key, ())
    if len(set(rounds)) < 2:
        return measure.shown(entry.median(measure.key))
    low, high = measure.shown(min(rounds)), measure.shown(max(rounds))
    return f"{measure.shown(entry.median(measure.key))} ({low} to {high})"


def _escaped(text: str) -> str:
    """Return foreign text in one cell of a table, none of it HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
