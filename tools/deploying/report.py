"""How findings are printed: a line each, colour on a terminal alone, and a word for the whole."""

import sys
from collections import Counter
from collections.abc import Iterable

from rich.text import Text

from tools.deploying.finding import Finding, Level
from tools.progress import console
from tools.terminal import counted, printable

STYLES: dict[Level, str] = {"ok": "green", "warning": "yellow", "fault": "bold red", "not checked": "cyan"}
LEVEL, ABOUT = 13, 26
LONGEST = 600


def line(finding: Finding) -> str:
    """Return a finding as it is printed, without colour."""
    return _text(finding).plain


def show(found: Iterable[Finding]) -> Counter[Level]:
    """Print findings as they come; return how many there were of each level."""
    out = console(sys.stdout)
    tally: Counter[Level] = Counter()
    for each in found:
        out.print(_text(each), highlight=False, soft_wrap=True)
        tally[each.level] += 1
    return tally


def summary(tally: Counter[Level]) -> str:
    """Return one sentence on all findings."""
    every = counted(sum(tally.values()), "check")
    rest = ", ".join(
        [counted(tally["warning"], "warning")] * bool(tally["warning"])
        + [f"{tally['not checked']} not made"] * bool(tally["not checked"])
    )
    verdict = f"Not fit to deploy: {counted(tally['fault'], 'fault')}" if tally["fault"] else "Fit to deploy"
    return f"{verdict} ({every}{', ' + rest if rest else ''})."


def _text(finding: Finding) -> Text:
    text = Text(f"{finding.level:{LEVEL}}", style=STYLES[finding.level])
    text.append(f"{finding.about:{ABOUT - 1}} ", style="default")
    text.append(printable(finding.says, LONGEST), style="default")
    if finding.do:
        text.append(f" -> {finding.do}", style="bold")
    return text
