"""One bin of a number's distribution, and what is drawn from it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

TINY = 1e-9


@dataclass(frozen=True)
class Bin:
    """Values from `inner` to `outer`: all equally likely, or with a scale ever rarer towards `outer`."""

    inner: float
    outer: float
    scale: float | None = None

    @property
    def low(self) -> float:
        """Return the lower end."""
        return min(self.inner, self.outer)

    @property
    def high(self) -> float:
        """Return the upper end."""
        return max(self.inner, self.outer)

    @property
    def width(self) -> float:
        """Return how far its ends are apart."""
        return self.high - self.low

    def draw(self, rng: Random) -> float:
        """Return a value of the bin; of its ends never the upper one, which belongs to the next bin."""
        down = self.outer < self.inner
        share = max(rng.random(), TINY) if down else rng.random()
        if self.scale:
            away = -self.scale * math.log1p(share * math.expm1(-self.width / self.scale))
        else:
            away = share * self.width
        return max(self.low, self.inner - away) if down else min(self.high, self.inner + away)


def bins(edges: Sequence[float], low: float, high: float) -> list[Bin]:
    """Return the bins between and beyond a baseline's edges.

    The outermost ones reach as far as the training data did. How values lie in there is not known; as in most
    tables they get rarer outwards, here as fast as the neighbouring bin is wide.
    """
    inner = [Bin(*pair) for pair in pairwise(edges)]
    first = Bin(edges[0], min(low, edges[0]), inner[0].width if inner else None)
    last = Bin(edges[-1], max(high, edges[-1]), inner[-1].width if inner else None)
    return [first, *inner, last]
