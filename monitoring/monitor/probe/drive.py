"""Makes calls side by side until a moment, and starts more as soon as what is known allows them."""

from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from monitor.probe.plan import Ask, Heard

AT_ONCE = 8
"""As many connections as the platform's runtime takes without refusing any."""
_GRACE = 0.1

Plan = Callable[[dict[Ask, Heard], bool], Iterable[Ask]]
"""From what is known, and whether to be patient still, to the calls that can be made."""
Do = Callable[[Ask], Heard]


class Drive:
    """One probe's calls: `planned` in order, `waiting` those not begun yet, `known` what was heard."""

    def __init__(self, plan: Plan, do: Do, *, patience: float, until: float, at_once: int = AT_ONCE) -> None:
        self.known: dict[Ask, Heard] = {}
        self.planned: list[Ask] = []
        self._plan = plan
        self._do = do
        self._patience = patience
        self._until = until
        self._at_once = at_once
        self.waiting: list[Ask] = []
        self._running = 0
        self._heard: SimpleQueue[tuple[Ask, Heard | BaseException]] = SimpleQueue()

    def run(self) -> bool:
        """Return True once all is heard, or False when the time is over."""
        while True:
            self._start_more()
            if not self._running:
                return True
            patient = monotonic() < self._patience
            end = self._patience if patient else self._until + _GRACE
            try:
                self._hear(max(0.0, end - monotonic()))
            except Empty:
                if not patient:
                    return False

    def _start_more(self) -> None:
        for ask in self._plan(self.known, monotonic() < self._patience):
            if ask not in self.planned:
                self.planned.append(ask)
                self.waiting.append(ask)
        while self.waiting and self._running < self._at_once and monotonic() < self._until:
            self._running += 1
            Thread(target=self._make, args=(self.waiting.pop(0),), daemon=True, name="probe-call").start()

    def _make(self, ask: Ask) -> None:
        try:
            self._heard.put((ask, self._do(ask)))
        except BaseException as error:  # A mistake of ours: raised where somebody sees it, see _hear.
            self._heard.put((ask, error))

    def _hear(self, timeout: float) -> None:
        ask, heard = self._heard.get(timeout=timeout)
        self._running -= 1
        if isinstance(heard, BaseException):
            raise heard
        self.known[ask] = heard
