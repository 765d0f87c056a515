"""How panels look: thresholds, words for numbers, legends."""

from collections.abc import Iterable

from grafana_foundation_sdk.builders import common, dashboard
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import (
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

GREEN, YELLOW, RED, BLUE, GREY = "green", "yellow", "red", "blue", "text"
Steps = tuple[tuple[float | None, str], ...]
"""From which value on a colour holds; the first begins nowhere."""
PLAIN: Steps = ((None, BLUE),)
ALWAYS: Steps = ((None, RED), (1, GREEN))
"""For what should be 1."""
FLOORS: Steps = ((None, RED), (0.7, YELLOW), (0.8, GREEN))
"""A bundle's floors unless it has its own: critical below the first, warning below the second."""


def up_to(warning: float, critical: float) -> Steps:
    """Return thresholds for what should be small."""
    return ((None, GREEN), (warning, YELLOW), (critical, RED))


def limit(most: float) -> Steps:
    """Return the one threshold above which an alert fires."""
    return ((None, GREEN), (most, RED))


def floor(least: float) -> Steps:
    """Return the one threshold below which an alert fires."""
    return ((None, RED), (least, GREEN))


def thresholds(steps: Steps) -> dashboard.ThresholdsConfig:
    """Return thresholds as Grafana takes them."""
    listed = [Threshold(value=value, color=colour) for value, colour in steps]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(listed)


def words(zero: str, one: str, *, bad: int = 0) -> list[ValueMapping]:
    """Return what 0 and 1 are called; the bad one is red."""
    colours = {bad: RED, 1 - bad: GREEN}
    said = {
        "0": ValueMappingResult(zero, colours[0], index=0),
        "1": ValueMappingResult(one, colours[1], index=1),
    }
    return [ValueMap(said)]


def legend(calcs: Iterable[str] = ("mean", "max", "lastNotNull")) -> common.VizLegendOptions:
    """Return a legend below the drawing, with a series' figures."""
    below = common.VizLegendOptions().placement(LegendPlacement.BOTTOM).show_legend(True)
    return below.display_mode(LegendDisplayMode.TABLE).calcs(list(calcs))
