"""Tells people of alerts: what waits in the outbox goes out after an answer is, by one instance at a time."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from monitor import outbox
from monitor.channels import Channel, Weight
from monitor.outbox import CHANNELS, TABLE, Message
from monitor.store import Changes, Lease, Store, StoreError, Tables
from monitor.times import rfc3339
from monitor.watch import View

LEASE = "notify"
LEASE_SECONDS = 40.0
"""Longer than Vercel lets a request live: who still sends still holds it."""
BUDGET = 10.0
"""Seconds after which no further message is begun; the rest goes at the next visit."""


class Notifier:
    """Sends the messages of one store through its channels."""

    def __init__(
        self, store: Store, channels: Sequence[Channel], api: str, rest: float = outbox.RETRY
    ) -> None:
        self._store = store
        self._channels = {channel.id: channel for channel in channels}
        self._api = api
        self._rest = rest
        self._turn = threading.Lock()
        self._unrecorded: set[tuple[str, str]] = set()

    @property
    def ids(self) -> tuple[str, ...]:
        """Return what the store knows the channels by."""
        return tuple(self._channels)

    def due(self, now: float, tables: Tables) -> bool:
        """Tell whether there is something to send, as of a view's tables."""
        return bool(self._due(now, tables.get(TABLE, {}), tables.get(CHANNELS, {})))

    def _due(self, now: float, messages: outbox.Table, failures: outbox.Table) -> list[str]:
        return outbox.due(messages, failures, self.ids, now, self._rest)

    def told(self, view: View) -> dict[str, Any] | None:
        """Return what /api/status says of the channels; None where nobody is told, or no history is kept."""
        if not (self._channels and view.kept):
            return None
        failing = outbox.failing(view.tables.get(CHANNELS, {}), self.ids)
        return {
            "channels": len(self._channels),
            "waiting": len(outbox.waiting(view.tables.get(TABLE, {}), self.ids)),
            "failing": [
                {"channel": self._channels[each.channel].name, "since": rfc3339(each.since)}
                for each in failing
            ],
        }

    def settle(self) -> None:
        """Send what waits; what a channel or the store does not take stays for the next visit.

        One thread at a time: a channel that hangs must not hold all of those that answer visitors.
        """
        if not self._turn.acquire(blocking=False):
            return
        try:
            # Python waits for such a thread when the server ends; a thread of the server's own it drops, and
            # what was sent just then would be sent again.
            teller = threading.Thread(target=self._settle, name="notify", daemon=False)
            teller.start()
            teller.join()
        finally:
            self._turn.release()

    def _settle(self) -> None:
        try:
            lease = self._store.acquire(LEASE, LEASE_SECONDS)
            if lease:
                self._send_all(lease, time.monotonic() + BUDGET)
                self._store.release(lease)
        except StoreError:
            return

    def _send_all(self, lease: Lease, deadline: float) -> None:
        now, tables = self._store.read(TABLE, CHANNELS)
        channels = self._due(now, tables[TABLE], tables[CHANNELS])
        messages = outbox.waiting(tables[TABLE], self.ids)
        for channel in channels:
            for at, message in enumerate(messages):
                if channel not in message.left:
                    continue
                if time.monotonic() > deadline:
                    return
                messages[at], held = self._send(lease, tables, message, channel)
                if not held:
                    return
                if messages[at] is message:  # Later ones must not overtake it.
                    break

    def _send(self, lease: Lease, tables: Tables, message: Message, channel: str) -> tuple[Message, bool]:
        """Send a message through a channel; return what is left of it, and whether the lease still holds."""
        if self._sent(message, channel):
            rest, change = outbox.taken(message, channel)
            changes: Changes = {TABLE: change, CHANNELS: {channel: None}}
            held = self._store.commit(lease, changes, release=False)
            if held:
                self._unrecorded.discard((message.field, channel))
            return rest, held
        now, _ = self._store.read(CHANNELS)
        failure = outbox.failed(tables[CHANNELS], channel, now)
        return message, self._store.commit(lease, {CHANNELS: failure}, release=False)

    def _sent(self, message: Message, channel: str) -> bool:
        """Send a message, unless this process did and the store could not be told so; tell if it is sent."""
        sent = (message.field, channel)
        if sent not in self._unrecorded:
            title, body = outbox.title(message), outbox.body(message, self._api)
            if not self._channels[channel].send(title, body, _weight(message)):
                return False
            self._unrecorded.add(sent)
        return True


def _weight(message: Message) -> Weight:
    if message.kind == "resolved":
        return "success"
    return "failure" if message.alert["severity"] == "critical" else "warning"
