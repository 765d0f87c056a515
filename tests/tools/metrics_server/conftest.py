"""A copy of shipped artifacts, to be damaged."""

import shutil

import pytest

from tests.tools.conftest import ROOT
from training.index import read_index
from training.sealed import seal

SHIPPED = ROOT / "ml-api" / "artifacts"


@pytest.fixture
def artifacts(tmp_path):
    """Return a folder with copies of two shipped models."""
    folder = tmp_path / "artifacts"
    index = read_index(SHIPPED)
    for name in ("math-score", "penguins"):
        shutil.copytree(SHIPPED / name, folder / name)
    kept = {name: index[name] for name in ("math-score", "penguins")}
    (folder / "index.json").write_bytes(seal({"bundles": kept}))
    return folder
