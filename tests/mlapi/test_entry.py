"""The entry point that the platform imports: how it leaves the process that answers."""

import json
import os
import subprocess
import sys

import pytest

from mlapi.settings import ARTIFACTS
from tests.mlapi.conftest import STUDENT

CHILD = """
import gc, json, runpy, sys
row = json.loads(sys.argv[1])
from werkzeug.test import Client
answer = Client(runpy.run_path("api/index.py")["app"]).post("/api/predict", json=row)
from threadpoolctl import threadpool_info
threads = {pool["num_threads"] for pool in threadpool_info() if pool["internal_api"] == "openblas"}
print(json.dumps([answer.status_code, gc.isenabled(), gc.get_freeze_count(), sorted(threads)]))
"""


def answered(tmp_path, **env):
    """Return a fresh process's status, whether it collects, how much is frozen, and OpenBLAS's threads."""
    told = {name: said for name, said in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    child = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(STUDENT)],
        cwd=ARTIFACTS.parent,
        env=told | {"COUNTERS_PATH": str(tmp_path / "api.db")} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    return json.loads(child.stdout.splitlines()[-1])


def test_the_collector_works_on_what_comes_after_the_start(tmp_path):
    """And leaves alone what was loaded."""
    status, collects, frozen, _ = answered(tmp_path)
    assert (status, collects) == (200, True)
    assert frozen > 20_000


def test_numpy_has_no_threads_that_wait_for_work(tmp_path):
    """They would spin, for longer than all the rest of a start takes."""
    assert answered(tmp_path)[-1] == [1]


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="OpenBLAS takes no more threads than there are cores")
def test_who_wants_threads_gets_them(tmp_path):
    """The environment has the last word."""
    assert answered(tmp_path, OPENBLAS_NUM_THREADS="2")[-1] == [2]
