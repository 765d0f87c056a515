"""Every query of every panel, asked of a real Prometheus that watches the real stack under traffic."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from prometheus_client import push_to_gateway

from tests.observability.asking import Asking
from tests.observability.boards import BUILT_IN, Asked, alternatives, boards, choices, filled, links, queries
from tests.observability.whole import LACKING, MISSING, traffic, whole_stack
from tools.stacking.plan import Server
from training.stages import Epoch
from training.watch.board import Board

TRAFFIC = 30
"""Seconds after which every panel must show something."""
pytestmark = pytest.mark.slow


@dataclass
class Watched:
    """A Prometheus that has seen the stack at work, and what each dashboard's variables offer."""

    asking: Asking
    servers: dict[str, Server]
    offered: dict[str, dict[str, list[str]]]

    def values(self, board: str) -> dict[str, str]:
        """Return what stands for each variable while all values are chosen."""
        return BUILT_IN | {name: alternatives(found) for name, found in self.offered[board].items()}


def _push_an_epoch(gateway: str) -> None:
    """Leave a training's last values, as its own `--push` does."""
    trained = Board("penguins-mlp")
    trained.epoch(Epoch(7, 200, 0.31, 0.97))
    push_to_gateway(gateway, job="training", registry=trained.registry())


def _offered(asking: Asking) -> dict[str, dict[str, list[str]]]:
    """Ask each dashboard's variables in their order: a later one may hold an earlier one's choice."""
    offered: dict[str, dict[str, list[str]]] = {}
    for name, board in boards().items():
        chosen: dict[str, list[str]] = {}
        for variable, query in choices(board).items():
            known = BUILT_IN | {each: alternatives(found) for each, found in chosen.items()}
            chosen[variable] = asking.label_values(filled(query, known))
        offered[name] = chosen
    return offered


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, require_real) -> Iterator[Watched]:
    """Run the stack, let calls come for a while, and go on while the panels are asked."""
    require_real(not LACKING, MISSING)
    state: Path = tmp_path_factory.mktemp("stack")
    with whole_stack(state) as servers:
        _push_an_epoch(servers["pushgateway"].url)
        api = servers["api"]
        with traffic(api, 300), traffic(api, 300, "--model", "penguins"):
            time.sleep(TRAFFIC)
            asking = Asking(servers["prometheus"].url)
            yield Watched(asking, servers, _offered(asking))


@pytest.mark.parametrize("asked", queries(), ids=lambda asked: asked.id)
def test_a_panel_shows_something(watched: Watched, asked: Asked) -> None:
    """Each query has an answer with a number in it."""
    expr = filled(asked.expr, watched.values(asked.board))
    found = watched.asking.now(expr) if asked.once else watched.asking.lately(expr)
    assert found, expr


@pytest.mark.parametrize(
    ("board", "variable"), [(name, each) for name, board in boards().items() for each in choices(board)]
)
def test_a_variable_offers_something(watched: Watched, board: str, variable: str) -> None:
    """A person has something to choose."""
    assert watched.offered[board][variable], choices(boards()[board])[variable]


def test_a_panel_of_one_model_shows_no_other(watched: Watched) -> None:
    """What is chosen at the head reaches the query."""
    (asked,) = [each for each in queries() if each.title == "How many rows a second are predicted?"]
    chosen = {"model": "penguins", "version": ".*"}
    series = watched.asking.series(filled(asked.expr, BUILT_IN | chosen))
    assert {one["model"] for one in series} == {"penguins"}


@pytest.mark.parametrize("board", boards())
def test_its_links_lead_somewhere(watched: Watched, board: str) -> None:
    """To the monitor's dashboard, and to the runbooks, which Prometheus shows."""
    served = {
        "monitor": watched.servers["monitor"].url,
        "runbooks": f"{watched.servers['prometheus'].url}/user",
    }
    urls = {filled(link["url"], served) for link in links(boards()[board]) if "url" in link}
    assert len(urls) > 3
    answers = {url: requests.get(url, timeout=20).status_code for url in urls}
    assert set(answers.values()) == {200}, answers
