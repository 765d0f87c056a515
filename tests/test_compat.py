"""Every row of docs/compat.md is typed here, and gives what it says."""

import csv
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.compat.desk import ROOT, Desk
from tests.compat.page import PAGE, written
from tests.compat.row import Row
from tests.compat_table import TABLE
from tests.conftest import Servers
from tools import local_server
from tools.mlflow_ui import PROGRAM
from training.data.students import students_csv

ROWS = [
    pytest.param(row, id=f"{system}-{number}", marks=[pytest.mark.slow] if row.slow else [])
    for system, rows in TABLE.items()
    for number, row in enumerate(rows, 1)
]
PUSHGATEWAY = shutil.which("prometheus-pushgateway")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, require_real: Callable[..., None]) -> Iterator[Desk]:
    """Give a desk beside which the API, the monitor and a Pushgateway run, and were used once."""
    require_real(shutil.which("curl"), "curl is not on PATH")
    folder = tmp_path_factory.mktemp("desk")
    ports = {port: str(local_server.free_port()) for port in ("8002", "8003", "8010", "5002", "9091")}
    servers = Servers()
    try:
        if PUSHGATEWAY:
            address = f"--web.listen-address=127.0.0.1:{ports['9091']}"
            servers.running.append(subprocess.Popen([PUSHGATEWAY, address], start_new_session=True))
        api = servers.serve(ROOT / "ml-api", {})
        monitor = servers.serve(ROOT / "monitoring", {"MAIN_API_URL": api})
        _use(api, folder / "rows.csv")
        _few_rows(folder)
        ports |= {"8000": api.rpartition(":")[2], "8001": monitor.rpartition(":")[2]}
        # The program `true` is the browser that a demo opens.
        yield Desk(folder, ports, {"XDG_STATE_HOME": str(folder), "BROWSER": "true", "DEMO_SECONDS": "60"})
    finally:
        servers.stop()


def _use(api: str, table: Path) -> None:
    """Ask every model its known rows, so that all counters are there, and keep those of houses."""
    for model in requests.get(f"{api}/api/models", timeout=10).json()["models"]:
        chosen = {"model": model["name"], "version": model["version"]}
        card = requests.get(f"{api}/api/model-info", chosen, timeout=10).json()["bundle"]
        rows = [golden["input"] for golden in card["goldens"]]
        assert requests.post(f"{api}/api/predict", json=rows, params=chosen, timeout=10).status_code == 200
        if model["name"] == "house-price":
            with table.open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows * 10)


def _few_rows(folder: Path) -> None:
    """Leave so few rows to train on that it takes seconds."""
    houses = (ROOT / "training" / "data" / "king_county.csv").read_bytes()
    for name, table in (("houses", houses), ("students", students_csv())):
        (folder / f"{name}.csv").write_bytes(b"".join(table.splitlines(keepends=True)[:131]))


@pytest.mark.parametrize("row", ROWS)
def test_what_is_typed_gives_what_the_page_says(
    desk: Desk, row: Row, require_real: Callable[..., None]
) -> None:
    """Exactly: the keys of JSON, the labels of metrics, the exit code of a command."""
    if "9091" in row.here:
        require_real(PUSHGATEWAY, "prometheus-pushgateway is not on PATH")
    if row.here.startswith("make "):
        require_real(shutil.which("make"), "make is not on PATH")
    if row.here == "make mlflow":
        require_real(PROGRAM.exists(), "MLflow's server is not in .cache/mlflow")
    assert desk.faults(row) == []


def test_the_page_has_the_table() -> None:
    """`python -m tests.compat_table` writes it."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page, TABLE)


def test_no_row_stands_twice() -> None:
    """Nor is one without a place."""
    rows = [row for rows in TABLE.values() for row in rows]
    assert len({(row.older, row.here, row.asked, row.answer.in_words()) for row in rows}) == len(rows) >= 40
