"""The page on packing: its commands work as they stand, its options exist."""

import argparse
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from training.pack import add_arguments

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "pack.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines() if line
]


def options() -> set[str]:
    """Return the options that pack has."""
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    return {option for action in parser._actions for option in action.option_strings}


def test_the_page_names_the_options_that_exist_and_no_others() -> None:
    """In its table of options."""
    table = PAGE.split("## Options")[1].split("\n## ")[0]
    assert set(re.findall(r"--[a-z]+", table)) == options()


@pytest.mark.slow
def test_the_pages_commands_work_in_the_order_in_which_they_stand(tmp_path: Path) -> None:
    """On a copy of the project, with a house's price."""
    for part in ("training", "tools", "ml-api", "monitoring"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"rooms": random.integers(1, 9, 60), "area": random.normal(100, 20, 60)})
    rows["price"] = rows["rooms"] * 10 + rows["area"] + random.normal(0, 5, 60)
    joblib.dump(Ridge().fit(rows[["rooms", "area"]], rows["price"]), tmp_path / "model.joblib")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    assert len(COMMANDS) == 4
    for command in COMMANDS:
        _, *arguments = shlex.split(command)
        subprocess.run([sys.executable, *arguments], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "ml-api" / "artifacts" / "house" / "1" / "bundle.json").exists()
    assert not (tmp_path / "ml-api" / "artifacts" / "penguins").exists()
    assert '"house"' in (tmp_path / "monitoring" / "goldens.json").read_text()
