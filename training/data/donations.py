"""A seeded generator of 1,000 fictional routes of a food drive: synthetic, nobody ever walked one of them."""

from math import exp, log1p
from random import Random
from statistics import NormalDist

ROWS = 1000
SEED = 2
HEADER = "time_spent,doors_in_route,assessed_value,donation_bags"

# Input -> (median, spread of its logarithm, least, most).
DOORS = (55.0, 0.5, 5, 250)
MINUTES_A_DOOR = (0.75, 0.35, 0.0, 10.0)
ASSESSED_VALUE = (210_000.0, 0.45, 40_000, 1_500_000)

# Of the expected bags' logarithm: what log(1 + input) is multiplied with.
START, BY_TIME, BY_DOORS, BY_VALUE = -5.1, 0.4, 0.5, 0.33
LUCK = 0.4  # spread of the logarithm of what no input knows


def donations_csv() -> bytes:
    """Return the table as CSV, the same bytes at every call."""
    # Only random() is used: Python promises that it never changes.
    random = Random(SEED)
    return "\n".join([HEADER, *(_route(random) for _ in range(ROWS)), ""]).encode()


def expected_bags(minutes: float, doors: float, value: float) -> float:
    """Return the mean of the bags that a route brings: the best that any model of these inputs can know."""
    return exp(START + BY_TIME * log1p(minutes) + BY_DOORS * log1p(doors) + BY_VALUE * log1p(value))


def _route(random: Random) -> str:
    doors = round(_log_normal(random, *DOORS))
    minutes = min(300, max(5, round(doors * _log_normal(random, *MINUTES_A_DOOR))))
    value = 1000 * round(_log_normal(random, *ASSESSED_VALUE) / 1000)
    # The mean of the luck is 1.
    luck = exp(LUCK * _normal(random) - LUCK**2 / 2)
    return f"{minutes},{doors},{value},{_count(random, luck * expected_bags(minutes, doors, value))}"


def _log_normal(random: Random, median: float, spread: float, least: float, most: float) -> float:
    return min(most, max(least, median * exp(spread * _normal(random))))


def _normal(random: Random) -> float:
    return NormalDist().inv_cdf(random.random() or 0.5)  # 0 has no place on the curve


def _count(random: Random, mean: float) -> int:
    """Return a Poisson number: how many unit waits, each exponential, fit into the mean."""
    count, left = 0, random.random()
    while left > exp(-mean):
        count, left = count + 1, left * random.random()
    return count
