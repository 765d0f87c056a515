"""What each training command trains: one recipe, or several that are versions of one model."""

from training.recipes.food_drive import FOOD_DRIVE_1, FOOD_DRIVE_2
from training.recipes.house_price import HOUSE_PRICE
from training.recipes.math_score import MATH_SCORE
from training.recipes.penguins import PENGUINS
from training.recipes.penguins_mlp import PENGUINS_MLP
from training.recipes.recipe import Recipe

CATALOGUE: dict[str, tuple[Recipe, ...]] = {
    "math-score": (MATH_SCORE,),
    "food-drive": (FOOD_DRIVE_1, FOOD_DRIVE_2),
    "house-price": (HOUSE_PRICE,),
    "penguins": (PENGUINS,),
    "penguins-mlp": (PENGUINS_MLP,),
}
