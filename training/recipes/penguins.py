"""Tells three species of penguins apart by four measurements, the island and the sex."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from training.recipes.parts import tabular
from training.recipes.recipe import Column, Recipe, Source

TABLE = Path(__file__).parent.parent / "data" / "penguins.csv"


def candidates(columns: Sequence[Column], seed: int) -> dict[str, Any]:
    """Return logistic regression, a support vector machine and a small forest, the simplest first."""
    return {
        "logistic regression": tabular(columns, LogisticRegression(C=10, max_iter=1000)),
        "support vector machine": tabular(columns, CalibratedClassifierCV(SVC(), ensemble=False)),
        "random forest": tabular(columns, RandomForestClassifier(50, random_state=seed)),
    }


PENGUINS = Recipe(
    name="penguins",
    task="classification",
    title="Species of a penguin",
    description=(
        "Tells the species of an adult penguin of the Palmer Archipelago (Adelie, Chinstrap or Gentoo) "
        "from four body measurements, the island and the sex."
    ),
    source=Source(
        read=TABLE.read_bytes,
        source="training/data/penguins.csv (palmerpenguins 0.1.6)",
        licence="CC0 1.0",
        synthetic=False,
        note=(
            "344 penguins measured in 2007 to 2009 at Palmer Station, Antarctica "
            "(Horst, Hill and Gorman 2020; Gorman, Williams and Fraser 2014)."
        ),
        limitations=(
            "It knows the penguins of three islands in three seasons, and adults alone; "
            "of any other bird it still names one of its three species.",
        ),
    ),
    columns=(
        Column(
            name="bill_length_mm",
            kind="number",
            unit="mm",
            minimum=0,
            maximum=1000,
            description="Length of the bill",
        ),
        Column(
            name="bill_depth_mm",
            kind="number",
            unit="mm",
            minimum=0,
            maximum=1000,
            description="Depth of the bill",
        ),
        Column(
            name="flipper_length_mm",
            kind="integer",
            unit="mm",
            minimum=0,
            maximum=1000,
            description="Length of a flipper",
        ),
        Column(
            name="body_mass_g",
            kind="integer",
            unit="g",
            minimum=0,
            maximum=100_000,
            description="Mass of the body",
        ),
        Column(
            name="island",
            kind="category",
            values=("Biscoe", "Dream", "Torgersen"),
            description="Island where it lives",
        ),
        Column(name="sex", kind="category", values=("female", "male"), description="Sex"),
    ),
    target=Column(
        name="species",
        kind="category",
        values=("Adelie", "Chinstrap", "Gentoo"),
        description="Species of the penguin",
    ),
    candidates=candidates,
    example={
        "bill_length_mm": 39.1,
        "bill_depth_mm": 18.7,
        "flipper_length_mm": 181,
        "body_mass_g": 3750,
        "island": "Torgersen",
        "sex": "male",
    },
    limitations=("A row with an unknown sex or measurement can't be answered.",),
    ignored=("year",),
    drop_missing=True,
)
