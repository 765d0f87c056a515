"""How Chart.js gets into the package."""

import json
import shutil

import pytest

from tests.monitor.page.conftest import MONITORING

LOCK = json.loads((MONITORING / "package-lock.json").read_text())


def test_the_lock_file_pins_and_names_no_registry():
    """Whoever installs uses their own."""
    package = json.loads((MONITORING / "package.json").read_text())
    assert LOCK["packages"]["node_modules/chart.js"]["version"] == package["dependencies"]["chart.js"]
    assert "resolved" not in json.dumps(LOCK)
    assert all("integrity" in each for name, each in LOCK["packages"].items() if name)


@pytest.mark.slow
def test_a_clean_checkout_gets_chart_js(npm, tmp_path):
    """With its licence beside it."""
    for name in ("package.json", "package-lock.json", ".npmrc", "vendor.mjs"):
        shutil.copy(MONITORING / name, tmp_path)
    npm("ci", "--no-audit", "--no-fund", folder=tmp_path)
    npm("run", "vendor", folder=tmp_path)
    static = tmp_path / "monitor" / "static"
    assert b"Chart.js v4" in (static / "chart.umd.js").read_bytes()[:200]
    assert "MIT" in (static / "chart.LICENSE.md").read_text()
