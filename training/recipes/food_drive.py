"""Predicts the bags that a route of a food drive brings: two versions of one model, on synthetic routes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import PoissonRegressor, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from training.data import donations
from training.recipes.recipe import Column, Recipe, Source

ABOUT = (
    "Predicts how many bags of donations a route of a food drive brings, from the time that the volunteers "
    "spend, the doors on the route and the assessed value of the homes."
)
ON_FLOORS = (
    "It alarms below an R2 of 0.3 and 0.2 and not below the usual 0.8 and 0.7, "
    "since most of what decides about the bags is chance: even the generator's own means explain 0.45."
)


def straight(columns: Sequence[Column], seed: int) -> dict[str, Any]:
    """Return ridge regression on the inputs as they are."""
    return {"ridge": make_pipeline(StandardScaler(), Ridge(alpha=1.0))}


def counting(columns: Sequence[Column], seed: int) -> dict[str, Any]:
    """Return a Poisson regression on the logarithms of the inputs."""
    model = PoissonRegressor(alpha=1e-3, max_iter=1000)
    return {"poisson": make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), model)}


SOURCE = Source(
    read=donations.donations_csv,
    source="training/data/donations.py",
    licence="the project's own",
    synthetic=True,
    note="A seeded generator of 1,000 fictional routes. No route was walked and no home was assessed.",
    limitations=("The training data are synthetic: the model says nothing about real food drives.",),
)
COLUMNS = (
    Column(
        name="time_spent",
        kind="number",
        unit="minutes",
        minimum=0,
        maximum=1440,
        description="Time that the volunteers spend on the route",
    ),
    Column(
        name="doors_in_route",
        kind="integer",
        minimum=0,
        maximum=10_000,
        description="Doors on the route",
    ),
    Column(
        name="assessed_value",
        kind="number",
        unit="dollars",
        minimum=0,
        maximum=1_000_000_000,
        description="Assessed value of a home on the route, on average",
    ),
)
TARGET = Column(
    name="donation_bags", kind="integer", unit="bags", minimum=0, description="Bags that the route brings"
)
SHARED: dict[str, Any] = {
    "name": "food-drive",
    "task": "regression",
    "source": SOURCE,
    "columns": COLUMNS,
    "target": TARGET,
    "example": {"time_spent": 30, "doors_in_route": 50, "assessed_value": 200_000},
    "floors": (0.3, 0.2),
}
ON_INTERVAL = (
    "The 90% interval is an average: it holds nine of ten true counts over all routes like the training "
    "data, and nothing is known of it once the data drift."
)

FOOD_DRIVE_1 = Recipe(
    **SHARED,
    version="1",
    title="Bags of a food drive",
    description=f"{ABOUT} Ridge regression. {ON_FLOORS}",
    candidates=straight,
    limitations=(
        ON_INTERVAL,
        "The interval is equally wide everywhere, too wide for small routes and too narrow for large ones; "
        "version 2 has one that grows with the prediction.",
        "The model is linear: where it predicts few bags its interval reaches below 0, and on a route of few "
        "doors that takes little time the prediction itself may.",
    ),
)
FOOD_DRIVE_2 = Recipe(
    **SHARED,
    version="2",
    title="Bags of a food drive",
    description=f"{ABOUT} Poisson regression on the logarithms of the inputs. {ON_FLOORS}",
    candidates=counting,
    interval="ratio",
    limitations=(
        ON_INTERVAL,
        "It predicts a mean, which is seldom a whole number; more than half of the routes bring fewer bags.",
    ),
)
