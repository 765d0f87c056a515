"""The whole King County table through the API: no error, and the live error that scikit-learn has offline."""

import csv

import joblib
import numpy as np
import pandas as pd
import pytest

from tests.tools.conftest import RECEIPTS, ROOT, sample
from tests.tools.script import run
from tools import local_server

TABLE = ROOT / "training" / "data" / "king_county.csv"
MODEL = {"model": "house-price", "model_version": "1"}


def offline() -> tuple[float, float]:
    """Return the mean absolute error of the shipped estimator over the table, and the target's deviation."""
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = pd.DataFrame(rows).astype(float)
    truth = table.pop("price")
    model = joblib.load(ROOT / "ml-api" / "artifacts" / "house-price" / "1" / "model.joblib")
    return float(np.abs(model.predict(table.to_numpy()) - truth).mean()), float(truth.std(ddof=0))


@pytest.mark.slow
def test_five_thousand_houses_have_the_live_error_that_was_computed_offline(servers, tmp_path):
    """The API counts in thousandths of a deviation, rounded: half of one is as far as the mean can be off."""
    url = servers.serve(ROOT / "ml-api", RECEIPTS | {"COUNTERS_PATH": str(tmp_path / "api.db")})
    port = local_server.free_port()
    options = ("--every", "0", "--batch", 500, "--port", port)
    said = run("replay", "--csv", TABLE, "--url", url, "--model", "house-price", *options)
    assert (said.code, said.err) == (0, "")
    assert "5,000 rows, 0 errors" in said.out
    expected, deviation = offline()
    live = float(said.out.split("live MAE ")[1].split()[0].replace(",", ""))
    assert live == pytest.approx(expected, rel=1e-5)
    metrics = f"{url}/api/metrics"
    assert sample(metrics, "ml_feedback_total", **MODEL) == 5_000
    counted = sample(metrics, "ml_feedback_absolute_error_sum", **MODEL) / 5_000
    assert abs(counted - expected) <= 0.0005 * deviation
    # Rounding evens out: over so many rows it is far less than its bound.
    assert counted == pytest.approx(expected, rel=2e-4)
