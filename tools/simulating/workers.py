"""A fixed number of threads, each with a connection of its own; none of them ever holds up the end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue

from tools.client import Client
from tools.simulating.call import Outcome

Make = Callable[[Client, int], Outcome]


class Workers:
    """Make calls side by side; the outcomes are fetched by the thread that offers them."""

    def __init__(self, count: int, connect: Callable[[], Client], make: Make) -> None:
        self._connect = connect
        self._make = make
        self._free = count
        self._jobs: SimpleQueue[int | None] = SimpleQueue()
        self._done: SimpleQueue[Outcome | BaseException] = SimpleQueue()
        # Daemons: a call that hangs must not keep a person waiting who wants to stop.
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def offer(self, number: int) -> bool:
        """Have a call made, unless all threads are busy; tell whether it is."""
        if self._free == 0:
            return False
        self._free -= 1
        self._jobs.put(number)
        return True

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what has come of calls since it was last asked; what a thread raised is raised here."""
        with suppress(Empty):
            while True:
                found = self._done.get_nowait()
                if isinstance(found, BaseException):
                    raise found
                self._free += 1
                yield found

    @property
    def busy(self) -> int:
        """Return how many calls are out, or whose outcome was not fetched."""
        return len(self._threads) - self._free

    def stop(self) -> None:
        """Let the threads end after the calls that they are making."""
        for _ in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        with self._connect() as client:
            while (number := self._jobs.get()) is not None:
                try:
                    self._done.put(self._make(client, number))
                except BaseException as error:
                    self._done.put(error)
