"""How numbers, limits, machines and versions are spelled, on the terminal and on the pages alike."""

from bench.goals import Goal, Verdict
from bench.results import Results
from tools.terminal import counted


def times(ratio: float | None) -> str:
    """Return how many times something is something else: 4.4x, 104x, 0.06x."""
    if ratio is None:
        return "-"
    digits = 0 if ratio >= 100 else 1 if ratio >= 1 else 2
    return f"{ratio:.{digits}f}x"


def number(value: float | None, unit: str) -> str:
    """Return a number with its unit."""
    if value is None:
        return "-"
    return f"{value:.3g}x" if unit == "x" else f"{value:,.{1 if abs(value) < 1000 else 0}f} {unit}"


def limit(goal: Goal) -> str:
    """Return what a goal allows."""
    return f"{'>=' if goal.least else '<='} {goal.limit:.3g}{'x' if goal.unit == 'x' else ' ' + goal.unit}"


def measured(verdict: Verdict) -> str:
    """Return what was measured for a goal."""
    return number(verdict.value, verdict.goal.unit)


def machine(results: Results) -> str:
    """Return what it was measured on, and when, in one line."""
    found = results.machine
    return (
        f"{results.date[:10]}, {found['cpu']}, {found['cores']} cores, {found['os']}, "
        f"Python {found['python']}, wrk {found['wrk']}"
    )


def rounds(results: Results) -> str:
    """Return how many rounds there were."""
    return counted(results.plan["rounds"], "round")


def versions(results: Results) -> str:
    """Return the packages that contenders ask for, with all versions that took part."""
    found: dict[str, set[str]] = {}
    for entry in results.measured().values():
        for name in entry.requirements:
            if name in entry.packages:
                found.setdefault(name, set()).add(entry.packages[name])
    return ", ".join(f"{name} {' and '.join(sorted(each))}" for name, each in sorted(found.items()))


def left_out(results: Results) -> list[str]:
    """Return a line for each contender that took no part, with its reason."""
    return [f"{name}: {each.left_out}" for name, each in results.contenders.items() if each.left_out]


def faults(results: Results) -> list[str]:
    """Return a line for each load that does not count."""
    return [f"{name}, {fault}" for name, entry in results.measured().items() for fault in entry.faults]
