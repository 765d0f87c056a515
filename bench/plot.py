"""A picture of the results: four panels of bars, each on a scale of powers of ten."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import NullFormatter

from bench import words
from bench.measures import BY_KEY, Measure
from bench.results import Entry, Results

PANELS = {
    "cold_ms": "Cold start (ms, less is better)",
    "p50_us_1": "Median latency at 1 connection (us, less is better)",
    "rps_8": "Throughput at 8 connections (requests/s, more is better)",
    "memory_mib": "Memory (MiB, less is better)",
}
# Okabe and Ito's: told apart by every kind of colour vision, and in print by their brightness.
COLOURS = {"ours": "#0072B2", "floor": "#999999", "peer": "#E69F00"}
KINDS = {"ours": "this API", "floor": "the floor: a bare echo", "peer": "others"}


def draw(results: Results, file: Path) -> None:
    """Write the picture as PNG."""
    entries = results.measured()
    figure = Figure(figsize=(13, 3.2 + 0.5 * len(entries)), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (key, title) in zip(figure.subplots(2, 2).flat, PANELS.items(), strict=True):
        _panel(axes, BY_KEY[key], title, entries)
    figure.suptitle(f"One row a call to one model, {results.date[:10]}", x=0.01, ha="left", fontweight="bold")
    said = f"Medians of {words.rounds(results)}, on scales of powers of ten. {words.machine(results)}"
    figure.supxlabel(said, x=0.01, ha="left", fontsize=9)
    handles = [Patch(color=COLOURS[kind], label=says) for kind, says in KINDS.items()]
    figure.legend(handles=handles, loc="outside upper right", ncols=len(handles), frameon=False)
    figure.savefig(file, dpi=110)


def _panel(axes: Axes, measure: Measure, title: str, entries: dict[str, Entry]) -> None:
    """Draw a measure's bars, the first contender on top; one that has no number has no bar."""
    found = [
        (name, entry.kind, value)
        for name, entry in entries.items()
        if (value := entry.median(measure.key)) is not None
    ]
    axes.set_title(title, loc="left", fontsize=11)
    if not found:
        axes.text(0.5, 0.5, "not measured", ha="center", transform=axes.transAxes)
        return
    names, kinds, values = zip(*found, strict=True)
    bars = axes.barh(names, values, color=[COLOURS[kind] for kind in kinds])
    axes.bar_label(bars, [f"{value:,.0f}" for value in values], padding=3, fontsize=9)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(*_limits(values))
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Return where a panel begins and ends, with room for the numbers beside the bars."""
    return min(values) / 3, max(values) * 3
