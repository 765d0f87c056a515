"""Measures what a model owes to protected attributes, by training it without them."""

from training.measured import Progress
from training.metrics import MAIN
from training.recipes.recipe import Recipe
from training.scores import measure
from training.transformation import Prepared


def without_protected(recipe: Recipe, prepared: Prepared, seed: int, progress: Progress) -> list[str]:
    """Return the sentence that says how good the simplest candidate is without the protected inputs."""
    if not recipe.protected:
        return []
    columns = [column for column in recipe.columns if column.name not in recipe.protected]
    estimator = next(iter(recipe.candidates(columns, seed).values()))
    inputs = prepared.inputs[[column.name for column in columns]].to_numpy()
    # The least inner folds, since its interval is not asked for.
    measured = measure(estimator, inputs, prepared.target, recipe.task, inner=2, seed=seed, progress=progress)
    score = MAIN[recipe.task]
    value = measured.scores[score].value
    return [
        f"It uses {' and '.join(recipe.protected)}, which are protected attributes: "
        f"without them the same model's {score} is {value:.2f}."
    ]
