"""A cold start: a fresh process in a fresh folder, from exec to the first right answer."""

from bench.asking import Question
from bench.contender import Contender
from bench.server import serving


def cold_ms(contender: Contender, asked: Question) -> float:
    """Return the milliseconds of one start. Raises Unfit where no right answer comes."""
    with serving(contender) as server:
        return server.first_answer(asked) * 1e3
