"""What this process counts, on its way to the store: many requests in one flush, no flush twice."""

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from threading import Condition, Lock

from mlapi.counters import Claim, Increments, Store, StoreError, Verdict
from mlapi.counters.batch import Batch, Call
from mlapi.counters.breaker import Breaker
from mlapi.counters.forked import begin_anew_in_children
from mlapi.counters.wire import check

LOG = logging.getLogger(__name__)
PATIENCE = 0.25
DOUBT_SECONDS = 12 * 3600.0  # Half of what a store remembers sequences for.


def new_instance() -> str:
    """Return an id that no other process has."""
    return secrets.token_hex(16)


class Ledger:
    """Commits what requests count, in the threads of those requests, with at most one flush on its way.

    A flush whose commit failed is in doubt: it is sent again unchanged before anything else. Until that
    succeeds nobody waits; what is counted meanwhile is kept here and goes next.
    """

    def __init__(
        self,
        store: Store,
        *,
        failure_field: str,
        late_field: str,
        patience: float = PATIENCE,
        monotonic: Callable[[], float] = time.monotonic,
        instance: Callable[[], str] = new_instance,
    ) -> None:
        self.backend, self.shared = store.backend, store.shared
        self._keeps = store.backend != "none"
        self._store = store
        self._failure, self._late = {failure_field: 1}, {late_field: 1}
        self._first: Increments = {}
        self._patience = patience
        self._monotonic = monotonic
        self._new_instance = instance
        self.breaker = Breaker(monotonic)
        self.begin()
        begin_anew_in_children(self)

    def begin(self) -> None:
        """Begin with nothing counted, as a new instance: a forked child leaves the rest to its parent."""
        self._lock = Lock()
        self._changed = Condition(self._lock)
        self._pending = Batch()
        self._doubtful: Batch | None = None
        self._flying: Batch | None = None
        self._instance: str | None = None
        self._sequence = 0
        self._is_new = True
        self.failures = self.dropped = 0
        self.breaker.reset()

    def begins_with(self, increments: Increments) -> None:
        """Count these along with the first that this process counts, and so does every child of it."""
        self._first = increments

    @property
    def up(self) -> bool:
        """Whether the store took or told what it was last asked."""
        return self._keeps and self.breaker.closed

    def count(self, increments: Increments) -> bool:
        """Record without claims; return whether all is well. If not, settle once the answer is out."""
        return self.record(increments) is not None and self.up

    def record(self, increments: Increments, claims: Iterable[Claim] = ()) -> tuple[Verdict, ...] | None:
        """Count and return the claims' verdicts once all is committed, or None when that takes too long.

        After None the increments are kept and go with the next success. Claims are withdrawn, or, if they
        may have been sent, count once. Raises ValueError, having changed nothing, for what can't be counted.
        """
        call = Call(tuple(claims))
        check(increments, call.claims)
        if not self._keeps:
            return None if call.claims else ()
        deadline = self._monotonic() + self._patience
        with self._lock:
            batch = self._pending
            batch.add(increments)
            batch.join(call)
            if self._is_new:
                batch.add(self._first)
                self._is_new = False
            mine = self._wait(call, batch, deadline)
        while mine is not None:
            self._send(mine)
            with self._lock:
                mine = self._wait(call, batch, deadline)
        return call.verdicts

    def settle(self) -> None:
        """Try a store that failed, when it is time, and send what is left; for after a response is out."""
        for _ in range(2):  # What is in doubt, then what was kept meanwhile.
            batch = self._leftover()
            if batch is None or not self._send(batch):
                return

    def read(self) -> dict[str, int] | None:
        """Return the store's counters, or None while it is down."""
        if not self.up:
            return None
        try:
            return self._store.read()
        except StoreError as error:
            LOG.warning("counters can't be read: %s", error)
            self.breaker.failed()
            return None

    def aside(self) -> list[str]:
        """Return the names of the store's damaged files, which were put aside."""
        return self._store.aside()

    def _wait(self, call: Call, batch: Batch, deadline: float) -> Batch | None:
        """Return the batch that this thread, which has the lock, must send, or None once its call is over."""
        while call.verdicts is None:
            left = deadline - self._monotonic()
            if left <= 0 or not (self.breaker.closed or batch is self._flying):
                self._give_up(call, batch)
                return None
            # Who waited for long is not the one to lead: a flush as slow as the last would end too late.
            if self._flying is None and left >= self._patience / 2:
                return self._take()
            self._changed.wait(left)
        return None

    def _give_up(self, call: Call, batch: Batch) -> None:
        batch.withdraw(call)
        self._pending.add(self._late)

    def _leftover(self) -> Batch | None:
        with self._lock:
            if not self._keeps or self._flying is not None:
                return None
            if self.breaker.closed:
                return None if self._doubtful is None and self._pending.is_empty else self._take()
            return self._take() if self.breaker.begin_trial() else None

    def _take(self) -> Batch:
        """Return what must be sent now: the flush in doubt, else what is pending."""
        now = self._monotonic()
        self._drop_old(now)
        batch = self._doubtful
        if batch is None:
            batch, self._pending = self._pending, Batch()
            self._instance = self._instance or self._new_instance()
            self._sequence += 1
            batch.seal(self._instance, self._sequence, now)
        self._flying = batch
        return batch

    def _drop_old(self, now: float) -> None:
        """Forget a flush that was in doubt for so long that the store may not know its sequence any more."""
        if self._doubtful is not None and now - self._doubtful.sealed_at >= DOUBT_SECONDS:
            LOG.error("dropped a flush of %d counters, in doubt too long", len(self._doubtful.increments))
            self.dropped += 1
            self._doubtful = None

    def _send(self, batch: Batch) -> bool:
        """Commit a batch that was taken, and tell those who wait for it."""
        assert batch.flush
        verdicts = None
        try:
            verdicts = self._store.commit(batch.flush)
            if not self.breaker.closed:
                LOG.warning("counters are written again")
        except StoreError as error:
            LOG.warning("counters can't be written: %s", error)
        finally:
            with self._lock:
                self._over(batch, verdicts)
                self._changed.notify_all()
        return verdicts is not None

    def _over(self, batch: Batch, verdicts: tuple[Verdict, ...] | None) -> None:
        self._flying = None
        if verdicts is None:
            self._doubtful = batch
            self.failures += 1
            self._pending.add(self._failure)
            self.breaker.failed()
        else:
            self._doubtful = None
            self.breaker.succeeded()
            batch.land(verdicts)
