"""The four dashboards: as the code says, complete, and leading where there is something."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.models import units

from observability.grafana.dashboards.render import RENDERED, texts
from tests.observability.boards import BUILT_IN, GRAFANA, boards, choices, filled, links, panels
from tools.settings import StackPorts

ROOT = Path(__file__).resolve().parents[2]
BOARDS = boards()
EACH_PANEL = [
    pytest.param(panel, id=f"{name}: {panel['title']}")
    for name, board in BOARDS.items()
    for panel in panels(board)
]
UIDS = {
    "api": "tandem-api",
    "model": "tandem-model",
    "pipeline": "tandem-pipeline",
    "system": "tandem-system",
}
UNITS = {value for value in vars(units).values() if isinstance(value, str)}
"""All that Grafana knows; what it doesn't know would stand behind the number as it is."""
WITHOUT_PANEL = {
    "Watchdog",  # stands in the list of what alarms
    "TLSCertificateExpiringSoon",  # shows nothing where the API is asked over plain HTTP
}


def _read(*names: str) -> Any:
    return yaml.safe_load(GRAFANA.joinpath("provisioning", *names).read_text())


def test_files_are_what_the_code_says() -> None:
    """`make dashboards` would change nothing."""
    assert {path.name: path.read_text() for path in RENDERED.glob("*")} == texts()


def test_addresses_stay() -> None:
    """What people bookmarked goes on to work."""
    assert {name: board["uid"] for name, board in BOARDS.items()} == UIDS


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_each_panel_has_a_number_of_its_own(board: dict[str, Any]) -> None:
    """Links to a panel hold it."""
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_panels_fill_rows_and_lie_on_no_other(board: dict[str, Any]) -> None:
    """As Grafana's grid of 24 columns has it."""
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells
    height = max(y for _, y in taken) + 1
    assert len(taken) == 24 * height


@pytest.mark.parametrize("panel", EACH_PANEL)
def test_a_panel_asks_what_it_answers_in_a_unit(panel: dict[str, Any]) -> None:
    """A person need not guess."""
    assert panel["title"].endswith("?")
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert panel["targets"]


@pytest.mark.parametrize("panel", EACH_PANEL)
def test_what_is_drawn_from_zero_says_so(panel: dict[str, Any]) -> None:
    """An axis that begins elsewhere makes trifles large; only differences may go below zero."""
    if panel["type"] in ("timeseries", "bargauge"):
        below_zero = panel["title"] == "How far is each above its floors?"
        assert ("min" in panel["fieldConfig"]["defaults"]) != below_zero


@pytest.mark.parametrize("panel", EACH_PANEL)
def test_series_have_names(panel: dict[str, Any]) -> None:
    """Not their queries, and not the same for two."""
    named = [target["legendFormat"] for target in panel["targets"]]
    assert len(set(named)) == len(named)
    if panel["type"] in ("timeseries", "bargauge", "state-timeline"):
        assert "__auto" not in named


@pytest.mark.parametrize("name", BOARDS)
def test_all_is_asked_of_the_source_that_is_provisioned(name: str) -> None:
    """By its uid, wherever one can stand."""
    (source,) = _read("datasources", "prometheus.yml")["datasources"]
    board = BOARDS[name]
    asked = [panel["datasource"] for panel in panels(board)]
    asked += [target["datasource"] for panel in panels(board) for target in panel["targets"]]
    asked += [one["datasource"] for one in board["templating"]["list"] if one["type"] == "query"]
    assert {(one["type"], one["uid"]) for one in asked} == {(source["type"], source["uid"])}


@pytest.mark.parametrize("name", BOARDS)
def test_each_variable_that_is_used_is_there(name: str) -> None:
    """In queries, in titles and in links."""
    board = BOARDS[name]
    values = BUILT_IN | {one["name"]: "x" for one in board["templating"]["list"]}
    texts = [target["expr"] for panel in panels(board) for target in panel["targets"]]
    texts += [*choices(board).values(), *(link["url"] for link in links(board) if "url" in link)]
    for text in texts:
        assert "$" not in filled(text, values), text


@pytest.mark.parametrize("name", ["api", "model", "pipeline"])
def test_a_model_and_a_version_can_be_chosen(name: str) -> None:
    """One or several, and all at first."""
    found = {one["name"]: one for one in BOARDS[name]["templating"]["list"]}
    for variable in (found["model"], found["version"]):
        assert (variable["multi"], variable["includeAll"]) == (True, True)
        assert variable["current"]["value"] == ["$__all"]


def test_dashboards_lead_to_each_other_and_to_the_monitor() -> None:
    """With what was chosen, and the time."""
    for board in BOARDS.values():
        others, monitor = board["links"]
        assert (others["type"], others["tags"]) == ("dashboards", board["tags"])
        assert others["includeVars"]
        assert others["keepTime"]
        assert monitor["url"] == "${monitor}/"


def test_addresses_are_those_of_a_stack_that_nobody_moved() -> None:
    """A person can change both at the head."""
    ports = StackPorts()
    for board in BOARDS.values():
        told = {one["name"]: one["query"] for one in board["templating"]["list"] if one["type"] == "textbox"}
        assert told == {
            "monitor": f"http://127.0.0.1:{ports.monitor}",
            "runbooks": f"http://127.0.0.1:{ports.prometheus}/user",
        }


def _linked() -> set[str]:
    urls = [link["url"] for board in BOARDS.values() for panel in panels(board) for link in panel["links"]]
    assert all(url.startswith("${runbooks}/") and url.endswith(".md") for url in urls)
    return {url.removeprefix("${runbooks}/").removesuffix(".md") for url in urls}


def test_each_alert_has_a_panel_that_leads_to_its_runbook() -> None:
    """And none leads to a page that is not there."""
    rules = yaml.safe_load((ROOT / "observability/prometheus/rules/alerts.yml").read_text())
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    assert _linked() == alerts - WITHOUT_PANEL
    assert {alert for alert in alerts if not (ROOT / "docs/runbooks" / f"{alert}.md").is_file()} == set()


def test_grafana_finds_what_is_mounted() -> None:
    """The dashboards are where the provider looks, and its own file is where Grafana does."""
    (provider,) = _read("dashboards", "tandem.yml")["providers"]
    compose = yaml.safe_load((ROOT / "observability/docker-compose.yml").read_text())
    mounted = dict(volume.split(":")[:2] for volume in compose["services"]["grafana"]["volumes"])
    assert mounted["./grafana/rendered"] == provider["options"]["path"]
    assert mounted["./grafana/provisioning"] == "/etc/grafana/provisioning"
    assert sorted(path.name for path in (GRAFANA / "provisioning").iterdir()) == ["dashboards", "datasources"]
    home = compose["services"]["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{provider['options']['path']}/api.json"


def test_rates_are_over_enough_scrapes() -> None:
    """Grafana makes $__rate_interval from the interval that it is told."""
    (source,) = _read("datasources", "prometheus.yml")["datasources"]
    prometheus = yaml.safe_load((ROOT / "observability/prometheus/prometheus.yml").read_text())
    assert source["jsonData"]["timeInterval"] == prometheus["global"]["scrape_interval"]


def test_nobody_can_save_over_them() -> None:
    """Their code is where they change."""
    (provider,) = _read("dashboards", "tandem.yml")["providers"]
    assert (provider["allowUiUpdates"], provider["disableDeletion"]) == (False, True)
