"""What a person may choose at the head of a dashboard."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models.dashboard import (
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from observability.grafana.dashboards.links import MONITOR, RUNBOOKS
from observability.grafana.dashboards.panels import SOURCE

ALL = VariableOption(selected=True, text=["All"], value=["$__all"])


def model(metric: str) -> list[build.QueryVariable]:
    """Return the choice of models and of their versions, as a metric knows them."""
    return [
        choice("model", "Model", f"label_values({metric}, model)"),
        choice("version", "Version", f'label_values({metric}{{model=~"$model"}}, model_version)'),
    ]


def choice(name: str, label: str, query: str) -> build.QueryVariable:
    """Return a choice of several values, all of them at first."""
    variable = build.QueryVariable(name).label(label).query(query).definition(query).datasource(SOURCE)
    variable.multi(True).include_all(True).current(ALL)
    return variable.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).sort(VariableSort.NATURAL_ASC)


def addresses() -> list[build.TextBoxVariable]:
    """Return where links lead, for a person to change: the monitor, and the pages of the runbooks."""
    return [_address("monitor", "Monitor", MONITOR), _address("runbooks", "Runbooks", RUNBOOKS)]


def _address(name: str, label: str, url: str) -> build.TextBoxVariable:
    shown = VariableOption(selected=True, text=url, value=url)
    return build.TextBoxVariable(name).label(label).default_value(url).current(shown)
