"""A seeded generator of 1,000 fictional students: synthetic, and not one row of it is a real person's."""

from random import Random
from statistics import NormalDist

Values = dict[str, tuple[int, float, float, float]]

ROWS = 1000
SEED = 3
HEADER = (
    "gender,race_ethnicity,parental_level_of_education,lunch,test_preparation_course,"
    "math_score,reading_score,writing_score"
)

# Value -> (share in percent, effect on reading, on writing beyond reading, on maths beyond both), in points.
GENDER: Values = {"female": (52, 0.0, 0.0, 0.0), "male": (48, -7.1, -2.6, 13.2)}
RACE_ETHNICITY: Values = {
    "group A": (9, 0.0, 0.0, 0.0),
    "group B": (19, 1.3, 0.0, 0.8),
    "group C": (32, 2.3, 0.3, 0.2),
    "group D": (26, 4.1, 2.2, 0.1),
    "group E": (14, 5.5, 0.1, 5.1),
}
PARENTAL_LEVEL_OF_EDUCATION: Values = {
    "some high school": (18, 0.8, -0.3, 0.0),
    "high school": (20, 0.0, 0.0, 0.0),
    "some college": (22, 3.6, 1.6, -0.2),
    "associate's degree": (22, 4.9, 1.3, -0.6),
    "bachelor's degree": (12, 7.1, 2.8, -1.6),
    "master's degree": (6, 9.1, 2.6, -2.4),
}
LUNCH: Values = {"standard": (65, 0.0, 0.0, 0.0), "free/reduced": (35, -7.3, -1.6, -3.2)}
TEST_PREPARATION_COURSE: Values = {"none": (64, 0.0, 0.0, 0.0), "completed": (36, 7.4, 3.3, -3.5)}
CATEGORIES = (GENDER, RACE_ETHNICITY, PARENTAL_LEVEL_OF_EDUCATION, LUNCH, TEST_PREPARATION_COURSE)


def students_csv() -> bytes:
    """Return the table as CSV, the same bytes at every call."""
    # Only random() is used: Python promises that it never changes.
    return "\n".join([*lines(Random(SEED), ROWS), ""]).encode()


def lines(random: Random, rows: int) -> list[str]:
    """Return the header and so many students, a line each."""
    return [HEADER, *(_student(random) for _ in range(rows))]


def _student(random: Random) -> str:
    chosen = [_choose(random, values) for values in CATEGORIES]
    effects = [values[value][1:] for values, value in zip(CATEGORIES, chosen, strict=True)]
    on_reading, on_writing, on_maths = (sum(each) for each in zip(*effects, strict=True))
    reading = _score(66.3 + on_reading + 12.8 * _normal(random))
    writing = _score(3.5 + 0.917 * reading + on_writing + 3.9 * _normal(random))
    maths = _score(-4.3 + 0.264 * reading + 0.702 * writing + on_maths + 5.4 * _normal(random))
    return ",".join([*chosen, str(maths), str(reading), str(writing)])


def _choose(random: Random, values: Values) -> str:
    drawn = random.random() * 100
    for value, (share, *_) in values.items():
        drawn -= share
        if drawn < 0:
            return value
    raise AssertionError("the shares of a column do not sum to 100")


def _normal(random: Random) -> float:
    return NormalDist().inv_cdf(random.random() or 0.5)  # 0 has no place on the curve


def _score(points: float) -> int:
    return min(100, max(0, round(points)))
