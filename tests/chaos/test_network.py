"""A network that is cut between an API and its Redis, which is in a namespace of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
import redis

from mlapi.counters.redis import RedisStore
from tests.chaos.load import answers_more, check, eventually, is_up, under_load
from tests.chaos.stage import DURABLE
from tests.redis_server import FOUND, MISSING

pytestmark = pytest.mark.slow
NAME = f"tandem{os.getpid()}"
NEAR, FAR = f"tn{os.getpid()}", f"tf{os.getpid()}"
NET = f"169.254.{1 + os.getpid() % 250}"  # Two that run at once are not in each other's way.
NEAR_ADDRESS, FAR_ADDRESS = f"{NET}.1", f"{NET}.2"
PORT = 6379  # Nobody else listens there.
INSIDE = ("ip", "netns", "exec", NAME)


def ip(*command: str) -> None:
    """Change the network."""
    subprocess.run(["ip", *command], check=True, capture_output=True)


@pytest.fixture
def far_away() -> Iterator[None]:
    """Make a namespace that is reached by one wire alone."""
    try:
        ip("netns", "add", NAME)
    except (subprocess.CalledProcessError, FileNotFoundError):  # It takes a right that even a root may lack.
        pytest.skip("a network namespace can't be made here")
    try:
        ip("link", "add", NEAR, "type", "veth", "peer", "name", FAR, "netns", NAME)
        ip("address", "add", f"{NEAR_ADDRESS}/30", "dev", NEAR)
        ip("link", "set", NEAR, "up")
        ip("-netns", NAME, "address", "add", f"{FAR_ADDRESS}/30", "dev", FAR)
        ip("-netns", NAME, "link", "set", FAR, "up")
        yield
    finally:
        with suppress(subprocess.CalledProcessError):  # It ends with the namespace.
            ip("link", "delete", NEAR)
        ip("netns", "delete", NAME)


@pytest.fixture
def store(far_away: None, require_real, tmp_path) -> Iterator[str]:
    """Start Redis there, and return its address."""
    require_real(FOUND, MISSING)
    command = ["redis-server", "--port", str(PORT), "--bind", FAR_ADDRESS, "--protected-mode", "no"]
    process = subprocess.Popen(
        [*INSIDE, *command, "--save", "", *DURABLE],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    with closing(redis.Redis(host=FAR_ADDRESS, port=PORT)) as client:
        eventually(lambda: _answers(client), "Redis does not answer")
    yield f"redis://{FAR_ADDRESS}:{PORT}/0"
    process.kill()
    process.wait()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


CUTS = {
    "nothing arrives": (("-netns", NAME, "link", "set", FAR), "the far end is gone, and nothing says so"),
    "no way there": (("link", "set", NEAR), "the near end is gone, and every connection fails at once"),
}


@pytest.mark.parametrize("link", [link for link, _ in CUTS.values()], ids=CUTS)
def test_a_network_that_is_cut_loses_nothing(store, start, link):
    """Answers are right meanwhile, and once it is mended, every one is counted once."""
    api = start("ml-api", REDIS_URL=store)
    with under_load(api) as callers:
        answers_more(callers)
        ip(*link, "down")
        eventually(lambda: not is_up(api), "the API does not tell that it can't count")
        answers_more(callers)
        ip(*link, "up")
        eventually(lambda: is_up(api), "the API did not begin to count again")
        answers_more(callers)
    with closing(RedisStore(store, seconds=10.0)) as counters:
        books = check(api, counters.read())
    assert books.late["calls"] > 0
    assert books.lost.total() == 0
