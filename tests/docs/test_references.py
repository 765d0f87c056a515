"""The pages made from code are what the code says, and every setting, metric and address has its heading."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import mlapi.settings
import monitor.settings
from mlapi.telemetry import FAMILIES
from tests.observability import metric_names
from tools.references import ROOT
from tools.references.pages import pages
from tools.settings import StackPorts, demo_from_env, port_variable

REFERENCE = ROOT / "docs" / "reference"
PARTS = re.compile(r"_(bucket|sum|count)$")


def headings(name: str, level: str = "###") -> list[str]:
    """Return the headings of a page."""
    return re.findall(rf"^{level} (.+)$", (REFERENCE / name).read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", pages())
def test_a_page_is_what_the_code_says(name):
    """Else: make references."""
    assert (REFERENCE / name).read_text() == pages()[name]


def test_there_are_no_other_pages():
    """One that nothing makes any more would stay as it is."""
    assert {file.name for file in REFERENCE.iterdir()} == set(pages())


@pytest.mark.parametrize("module", [mlapi.settings, monitor.settings], ids=["ml-api", "monitoring"])
def test_every_setting_has_a_heading(module):
    """The other names of one stand in it too."""
    named = [", ".join((name, *known.metadata["others"])) for name, known in module.variables()]
    assert set(named) <= set(headings("settings.md"))


def test_every_port_has_a_heading():
    """What the tools read counts as well."""
    ports = {port_variable(name) for name in StackPorts.__dataclass_fields__}
    assert ports | {"MLFLOW_PORT", "DEMO_SECONDS"} <= set(headings("settings.md"))


def test_the_tools_say_what_they_take_unless_told():
    """As the page does."""
    text = (REFERENCE / "settings.md").read_text()
    traffic = text.split("### DEMO_SECONDS")[1].split("###")[0]
    assert f"`{demo_from_env({}, 'linux').seconds}` unless told." in traffic
    asked = "from tools.settings import mlflow_port_from_process as port; print(port())"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env={}, capture_output=True, text=True)
    assert f"`{done.stdout.strip()}` unless told." in text.split("### MLFLOW_PORT")[1].split("###")[0]


@pytest.fixture(scope="module")
def exposed(api_server):
    """Return what there is: the API's as a real one shows them, the others' as they are made."""
    shown = metric_names.of_monitor() | metric_names.of_tools() | metric_names.recordings()
    return shown | metric_names.scraped(f"{api_server}/api/metrics") | {family.name for family in FAMILIES}


def test_every_metric_has_a_heading(exposed):
    """A histogram has one for its three parts."""
    named = set(headings("metrics.md"))
    lacking = {name for name in exposed if name not in named and PARTS.sub("", name) not in named}
    assert {name for name in lacking if not name.startswith("process_")} == set()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_counted_family_is_told_with_its_labels(family):
    """In their order."""
    said = (REFERENCE / "metrics.md").read_text().split(f"### {family.name}\n")[1].split("\n#")[0]
    assert re.findall("`(.+?)`", said.split(".")[0]) == list(family.labels)


def test_nothing_is_headed_that_is_not_there(exposed):
    """A metric that was renamed leaves no heading behind."""
    assert set(headings("metrics.md")) <= exposed | {PARTS.sub("", name) for name in exposed}


@pytest.mark.parametrize("page", ["api.md", "monitor.md"])
def test_every_address_has_a_heading(page):
    """And a link from the table at the top, with its anchor."""
    text = (REFERENCE / page).read_text()
    addresses = [heading for heading in headings(page, "##") if heading.split(" ")[0] in ("GET", "POST")]
    assert len(addresses) > 5
    for address in addresses:
        assert f"[`{address}`](#" in text


def test_check_tells_what_is_stale(tmp_path: Path):
    """With exit code 1, by name, and writes nothing."""
    words = [sys.executable, "-m", "tools.references", "--out", str(tmp_path)]
    written = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert written.returncode == 0, written.stderr
    (tmp_path / "metrics.md").write_text("# Metrics\n")
    done = subprocess.run([*words, "--check"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()) == (
        1,
        [f"{tmp_path / 'metrics.md'} is not what the code says: make references"],
    )
    assert (tmp_path / "metrics.md").read_text() == "# Metrics\n"
