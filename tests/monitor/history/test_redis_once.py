"""A server that takes a call and answers nothing is asked once, however it goes on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from monitor.store import Lease, StoreError
from monitor.store.redis import RedisStore
from tools.local_server import HOST

LEASE = Lease("probe", 1, 0.0)
CALLS = {
    "read": lambda store: store.read("a"),
    "acquire": lambda store: store.acquire("probe", 30),
    "commit": lambda store: store.commit(LEASE, {"a": {"1": "one"}}),
    "release": lambda store: store.release(LEASE),
}


class Silent:
    """Accepts a connection, hears what is said, and closes it without a word."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait until nothing listens any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.heard.append(connection.recv(65536))


@pytest.fixture
def silent() -> Iterator[Silent]:
    """Return one that runs."""
    with closing(Silent()) as made:
        yield made


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_is_made_once(silent, call):
    """To ask again would take as long again, and could do twice what was done."""
    address = f"redis://{HOST}:{silent.port}"
    with closing(RedisStore(address, "target", monotonic=lambda: 0.0)) as store:
        with pytest.raises(StoreError, match="Redis can't be reached"):
            call(store)
        assert len(silent.heard) == 1
        with pytest.raises(StoreError, match="Redis can't be reached"):
            call(store)
        assert len(silent.heard) == 1, "nor a moment later"
