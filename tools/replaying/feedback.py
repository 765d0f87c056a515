"""True values of answered rows, sent back with their receipts: each counts once, even if it is sent twice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tools.client import Client, Reply
from tools.replaying import refused
from tools.replaying.patience import Patience
from tools.replaying.tally import Tally
from tools.replaying.truth import Value
from tools.terminal import ToolError

FEEDBACK = "/api/feedback"
MOST = 1_000
"""True values in one call."""


@dataclass(frozen=True)
class Label:
    """A receipt with the value that turned out to be true."""

    receipt: str
    actual: Value


@dataclass
class Feedback:
    """Sends labels while they are wanted: until the API says that it takes none."""

    client: Client
    patience: Patience
    tally: Tally
    wanted: bool

    def give(self, labels: Sequence[Label]) -> None:
        """Send labels, and count what the API counted and what it refused. Raises ToolError."""
        for start in range(0, len(labels), MOST):
            left = list(labels[start : start + MOST])
            while left and self.wanted:
                left = self._send(left)

    def give_up(self, reason: str) -> None:
        """Send none from now on, and say why at the end."""
        self.wanted = False
        self.tally.note(reason)

    def _send(self, labels: list[Label]) -> list[Label]:
        """Return the labels to send again."""
        body = json.dumps([{"receipt": each.receipt, "actual": each.actual} for each in labels]).encode()
        reply = self.patience(lambda: self.client.post(FEEDBACK, body))
        if reply.status == 200:
            self.tally.fed_back += _counted(reply)
            return []
        if reply.problem in ("no-receipts", "feedback-full"):
            self.give_up(f"no true values were sent back after this answer: {reply.in_words()}")
            return []
        if reply.status != 422 and reply.status < 500:
            said = self.client.locked_out(reply)
            raise ToolError(said or f"The API refuses the true values: {reply.in_words()}")
        faults = refused.by_row(reply, len(labels))
        for reasons in faults.values():
            self.tally.fail(reasons)
        return [label for at, label in enumerate(labels) if at not in faults]


def _counted(reply: Reply) -> int:
    """Return how many labels stand in the API's count, now or from a call whose answer was lost."""
    said = reply.body if isinstance(reply.body, dict) else {}
    counted, repeated = said.get("counted"), said.get("repeated")
    if not (isinstance(counted, int) and isinstance(repeated, int)):
        raise ToolError("The API took the true values, but did not say how many it counted.")
    return counted + repeated
