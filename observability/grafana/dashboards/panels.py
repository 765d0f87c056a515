"""The kinds of panels: each is titled with the question that it answers, and keeps its number."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    heatmap,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models.common import (
    AxisPlacement,
    BarGaugeDisplayMode,
    BigValueColorMode,
    BigValueGraphMode,
    DataSourceRef,
    GraphThresholdsStyleMode,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    ValueMapping,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from observability.grafana.dashboards import links, look
from observability.grafana.dashboards.promql import Query

SOURCE = DataSourceRef(type_val="prometheus", uid="tandem-prometheus")
"""The data source that ../provisioning makes, by its fixed uid."""
Panel = TypeVar(
    "Panel",
    stat.Panel,
    timeseries.Panel,
    bargauge.Panel,
    table.Panel,
    heatmap.Panel,
    statetimeline.Panel,
)
LAST = common.ReduceDataOptions().calcs(["lastNotNull"])


def number(
    id: int,
    asks: str,
    query: Query,
    unit: str,
    steps: look.Steps = look.PLAIN,
    *,
    width: int = 4,
    height: int = 4,
    says: str = "",
    named: Sequence[ValueMapping] = (),
    decimals: int | None = None,
    alerts: Iterable[str] = (),
) -> stat.Panel:
    """Return a panel of large numbers, coloured by thresholds."""
    panel = stat.Panel().unit(unit).thresholds(look.thresholds(steps)).mappings(list(named))
    panel.reduce_options(LAST).color_mode(BigValueColorMode.BACKGROUND).graph_mode(BigValueGraphMode.NONE)
    if decimals is not None:
        panel.decimals(decimals)
    return _told(panel, id, asks, says, [query], alerts).span(width).height(height)


def lines(
    id: int,
    asks: str,
    *queries: Query,
    unit: str,
    low: float | None = 0,
    high: float | None = None,
    steps: look.Steps = (),
    stacked: bool = False,
    width: int = 12,
    says: str = "",
    colours: Sequence[tuple[str, str]] = (),
    alerts: Iterable[str] = (),
) -> timeseries.Panel:
    """Return a drawing over time; `colours` are pairs of a regular expression over names and a colour."""
    panel = timeseries.Panel().unit(unit).legend(look.legend()).show_points(VisibilityMode.AUTO)
    panel.tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING))
    panel.line_width(1).fill_opacity(60 if stacked else 8).axis_placement(AxisPlacement.AUTO)
    if low is not None:
        panel.min(low)
    if high is not None:
        panel.max(high)
    if stacked:
        panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL).group("A"))
    if steps:
        dashed = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
        panel.thresholds(look.thresholds(steps)).thresholds_style(dashed)
    for names, colour in colours:
        fixed = DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})
        panel.override_by_regexp(names, [fixed])
    return _told(panel, id, asks, says, queries, alerts).span(width).height(8)


def bars(
    id: int,
    asks: str,
    query: Query,
    unit: str,
    steps: look.Steps = look.PLAIN,
    *,
    low: float = 0,
    high: float | None = None,
    width: int = 12,
    says: str = "",
    decimals: int | None = None,
    alerts: Iterable[str] = (),
) -> bargauge.Panel:
    """Return one bar per series, as of now."""
    panel = bargauge.Panel().unit(unit).min(low).thresholds(look.thresholds(steps)).reduce_options(LAST)
    panel.orientation(VizOrientation.HORIZONTAL).display_mode(BarGaugeDisplayMode.BASIC)
    if high is not None:
        panel.max(high)
    if decimals is not None:
        panel.decimals(decimals)
    return _told(panel, id, asks, says, [query], alerts).span(width).height(8)


def states(
    id: int,
    asks: str,
    query: Query,
    named: Sequence[ValueMapping],
    *,
    width: int = 12,
    says: str = "",
    alerts: Iterable[str] = (),
) -> statetimeline.Panel:
    """Return a band per series that is coloured by its state over time."""
    panel = statetimeline.Panel().mappings(list(named)).thresholds(look.thresholds(look.ALWAYS))
    panel.unit("short").merge_values(True).show_value(VisibilityMode.AUTO).row_height(0.8)
    return _told(panel, id, asks, says, [query], alerts).span(width).height(8)


def rows(
    id: int,
    asks: str,
    query: Query,
    names: dict[str, str],
    *,
    width: int = 12,
    says: str = "",
    alerts: Iterable[str] = (),
) -> table.Panel:
    """Return a table whose columns are labels: label -> its head, in this order; others are left out."""
    shown = {
        "include": {"names": list(names)},
    }
    ordered = {"indexByName": {label: place for place, label in enumerate(names)}, "renameByName": names}
    panel = table.Panel().unit("short").thresholds(look.thresholds(look.PLAIN))
    panel.with_transformation(DataTransformerConfig(id_val="filterFieldsByName", options=shown))
    panel.with_transformation(DataTransformerConfig(id_val="organize", options=ordered))
    return _told(panel, id, asks, says, [query], alerts).span(width).height(8)


def heat(id: int, asks: str, query: Query, unit: str, *, width: int = 12, says: str = "") -> heatmap.Panel:
    """Return a drawing of a histogram over time, darker where more is."""
    panel = heatmap.Panel().calculate(False).y_axis(heatmap.YAxisConfig().unit(unit).min(0))
    colour = heatmap.HeatmapColorOptions().scheme("Blues").steps(64)
    return _told(panel.unit(unit).color(colour), id, asks, says, [query], ()).span(width).height(8)


def _told(
    panel: Panel, id: int, asks: str, says: str, queries: Sequence[Query], alerts: Iterable[str]
) -> Panel:
    panel.id(id).title(asks).datasource(SOURCE).links([links.runbook(alert) for alert in alerts])
    if says:
        panel.description(says)
    for letter, query in zip("ABCDEFGH", queries, strict=False):
        panel.with_target(_asked(query, letter, at_once=isinstance(panel, table.Panel)))
    return panel


def _asked(query: Query, letter: str, *, at_once: bool) -> prometheus.Dataquery:
    asked = prometheus.Dataquery().expr(query.expr).ref_id(letter).datasource(SOURCE)
    asked.legend_format(query.legend or "__auto")
    asked.format(_format(query, at_once))
    return asked.instant() if query.once else asked.range()


def _format(query: Query, at_once: bool) -> PromQueryFormat:
    if query.buckets:
        return PromQueryFormat.HEATMAP
    return PromQueryFormat.TABLE if at_once else PromQueryFormat.TIME_SERIES
