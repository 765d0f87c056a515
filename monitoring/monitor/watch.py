"""Any visit is the clock: makes a probe when the last one is too old, and one for all who visit meanwhile."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from monitor import record
from monitor.alerts import Context
from monitor.pins import Pins
from monitor.probe import Probed
from monitor.sample import Sample
from monitor.store import Lease, Store, StoreError, Tables
from monitor.store.memory import MemoryStore

LEASE = "probe"
LEASE_SECONDS = 10.0
WAIT = 5.4
"""Seconds to wait for somebody else's probe, which takes at most five."""
LATE = 0.9
"""Seconds of a visit after which it makes no probe without the store: it would answer after six seconds."""
POLL = 0.1
AHEAD = 1.0
"""A sample that lies further in the future was written before the clock was set back."""

Prober = Callable[[Pins, bool], Probed]
"""Makes a probe, given the answers seen first and whether new ones will be remembered."""


@dataclass(frozen=True)
class Timing:
    """How old a probe may be before a visit makes another, and how long it speaks; in seconds."""

    max_age: float
    valid_for: float
    pipeline_max_age: float | None = None
    alert_scale: float = 1.0


@dataclass(frozen=True)
class View:
    """What a visitor is shown, at one moment of the store's clock."""

    now: float
    sample: Sample | None
    tables: Tables
    kept: bool
    backend: str
    fault: str | None = None
    aside: Sequence[str] = ()

    def speaks(self, valid_for: float) -> bool:
        """Tell whether the last sample still says how the API is."""
        return self.sample is not None and -AHEAD <= self.now - self.sample["at"] <= valid_for


class Watch:
    """Watches one API for all visitors of this process, together with those of other processes."""

    def __init__(self, prober: Prober, store: Store, timing: Timing, channels: Sequence[str] = ()) -> None:
        self._prober = prober
        self._store = store
        # Stands in while the store fails: then this process knows its own probes and no history.
        self._spare: Store = MemoryStore() if store.keeps else store
        self._timing = timing
        self._channels = channels
        self._failures = 0
        self._turn = threading.Condition()
        self._leading = False
        self._turns = 0
        self._failed_turn, self._says = -1, ""  # The last one in which the store failed, and why.

    def visit(self, max_age: float | None = None, *, wait: bool = False) -> View:
        """Return what is known, from a probe that is not older than `max_age` if one could be had.

        While somebody else probes, a sample that still speaks is the answer, unless told to wait.
        """
        age = self._timing.max_age if max_age is None else max_age
        began = time.monotonic()
        try:
            return self._visit(self._store, age, wait)
        except StoreError as error:
            late = time.monotonic() - began > LATE
            view = self._view(self._spare) if late else self._visit(self._spare, age, wait)
            aside = self._store.aside()
            return replace(view, backend=self._store.backend, fault=str(error), aside=aside)

    def _visit(self, store: Store, max_age: float, wait: bool) -> View:
        view = self._view(store)
        if self._fresh(view, max_age):
            return view
        wait = wait or not view.speaks(self._timing.valid_for)
        if self._lead():
            try:
                self._renew(store, view, max_age, wait)
            except StoreError as error:
                self._failed_turn, self._says = self._turns, str(error)
                raise
            finally:
                self._end_turn()
        elif wait:
            failed = self._await_turn()
            if failed and store is self._store:  # Its leader goes on without the store; so do they all.
                raise StoreError(self._says)
        else:
            return view
        return self._view(store)

    def _view(self, store: Store) -> View:
        now, tables = store.read(*record.TABLES)
        sample = record.last_sample(tables)
        return View(now, sample, tables, store.keeps, store.backend, aside=store.aside())

    @staticmethod
    def _fresh(view: View, max_age: float) -> bool:
        return view.sample is not None and -AHEAD <= view.now - view.sample["at"] < max_age

    # One thread of a process leads; the others need not ask the store.

    def _lead(self) -> bool:
        with self._turn:
            if self._leading:
                return False
            self._leading = True
            return True

    def _await_turn(self) -> bool:
        """Wait for the end of a turn, and tell whether the store failed in it."""
        with self._turn:
            turn = self._turns
            self._turn.wait_for(lambda: self._turns != turn or not self._leading, WAIT)
            return self._failed_turn >= turn

    def _end_turn(self) -> None:
        with self._turn:
            self._leading = False
            self._turns += 1
            self._turn.notify_all()

    # One process of all probes; the others wait for it, or show what is known.

    def _renew(self, store: Store, view: View, max_age: float, wait: bool) -> None:
        lease = store.acquire(LEASE, LEASE_SECONDS)
        if lease:
            self._probe(store, lease, max_age)
        elif wait:
            self._await_other(store, view)

    def _await_other(self, store: Store, view: View) -> None:
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline and _at(self._view(store)) == _at(view):
            time.sleep(POLL)

    def _probe(self, store: Store, lease: Lease, max_age: float) -> None:
        began = time.monotonic()
        before = self._view(store)
        if self._fresh(before, max_age):  # Somebody was faster.
            store.release(lease)
            return
        known = record.remembered(before.tables)
        probed = self._prober(known, store.keeps and len(known) < record.MOST_PINS)
        sample = probed.sample
        sample["at"] = lease.now + time.monotonic() - began
        self._write(store, lease, before.tables, probed)

    def _write(self, store: Store, lease: Lease, tables: Tables, probed: Probed) -> None:
        if not store.keeps:
            store.commit(lease, {record.LAST: record.alone(tables, probed.sample, self._timing.valid_for)})
            return
        told = self._failures
        changes = record.changes(
            tables,
            probed.sample,
            valid_for=self._timing.valid_for,
            context=Context(
                probed.sample["at"], self._timing.pipeline_max_age, scale=self._timing.alert_scale
            ),
            first_seen=probed.first_seen,
            failures=told,
            counted=probed.counted,
            channels=self._channels,
        )
        try:
            held = store.commit(lease, changes)
        except StoreError:
            self._failures += 1
            self._keep(probed.sample)
            raise
        if held:
            self._failures -= told
            self._keep(probed.sample)

    def _keep(self, sample: Sample) -> None:
        """Keep a sample here too: its visitor gets it without another probe if the store fails now."""
        now, tables = self._spare.read(record.LAST)
        lease = self._spare.acquire(LEASE, LEASE_SECONDS)
        if lease:
            written = record.alone(tables, sample | {"at": now}, self._timing.valid_for)
            self._spare.commit(lease, {record.LAST: written})


def _at(view: View) -> float | None:
    return view.sample["at"] if view.sample else None
