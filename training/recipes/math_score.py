"""Predicts a student's maths score from two other scores and five facts: the model that is served first."""

from collections.abc import Iterable, Sequence
from typing import Any

from sklearn.linear_model import Ridge

from training.data import students
from training.recipes.parts import tabular
from training.recipes.recipe import Column, Recipe, Source


def candidates(columns: Sequence[Column], seed: int) -> dict[str, Any]:
    """Return ridge regression alone: trees gain nothing on this table."""
    return {"ridge": tabular(columns, Ridge(alpha=1.0))}


def _score(name: str, description: str) -> Column:
    return Column(name=name, kind="integer", unit="points", minimum=0, maximum=100, description=description)


def _category(name: str, values: Iterable[str], description: str) -> Column:
    return Column(name=name, kind="category", values=tuple(values), description=description)


MATH_SCORE = Recipe(
    name="math-score",
    task="regression",
    title="Maths score of a student",
    description=(
        "Predicts the maths score of a student from the reading and writing scores of the same exam and "
        "five facts about the student. Ridge regression on one-hot categories and scaled scores."
    ),
    source=Source(
        read=students.students_csv,
        source="training/data/students.py",
        licence="the project's own",
        synthetic=True,
        note=(
            "A seeded generator of 1,000 fictional students, shaped after the published exam table "
            "(Students Performance in Exams), which is itself fictional. None of its rows was copied."
        ),
        limitations=("The training data are synthetic: the model says nothing about real students.",),
    ),
    columns=(
        _category("gender", students.GENDER, "Gender of the student; a protected attribute"),
        _category(
            "race_ethnicity", students.RACE_ETHNICITY, "Coded group of the student; a protected attribute"
        ),
        _category(
            "parental_level_of_education",
            students.PARENTAL_LEVEL_OF_EDUCATION,
            "Highest education of the parents",
        ),
        _category("lunch", students.LUNCH, "Lunch at the standard price, or free or reduced"),
        _category(
            "test_preparation_course",
            students.TEST_PREPARATION_COURSE,
            "Whether the test preparation course was completed",
        ),
        _score("reading_score", "Score of the reading exam"),
        _score("writing_score", "Score of the writing exam"),
    ),
    target=_score("math_score", "Score of the maths exam"),
    candidates=candidates,
    example={
        "gender": "female",
        "race_ethnicity": "group B",
        "parental_level_of_education": "bachelor's degree",
        "lunch": "standard",
        "test_preparation_course": "none",
        "reading_score": 72,
        "writing_score": 74,
    },
    limitations=(
        "It must not be used to decide anything about a person.",
        "The 90% interval is an average: it holds nine of ten true scores over all rows like the training "
        "data, not within every group of students, and nothing is known of it once the data drift.",
        "The model is linear, so a prediction may lie outside 0 to 100 points.",
    ),
    protected=("gender", "race_ethnicity"),
)
