"""A batch of rows through the API: answers, and the rows at fault by name of the fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tools.card import Card
from tools.client import Client, Reply
from tools.replaying import refused, truth
from tools.replaying.feedback import Feedback, Label
from tools.replaying.patience import Patience
from tools.replaying.table import Row, Table
from tools.replaying.tally import Tally
from tools.terminal import ToolError

PREDICT = "/api/predict"
Answer = dict[str, Any]


@dataclass
class Player:
    """Plays batches of a table; the tally tells what came of them."""

    client: Client
    card: Card
    table: Table
    patience: Patience
    tally: Tally
    feedback: Feedback

    def play(self, rows: Sequence[Row]) -> None:
        """Send a batch, count it, and send its true values back. Raises ToolError where that can't go on."""
        for row in rows:
            if row.fault:
                self.tally.fail({row.fault})
        answered = self._answers([row for row in rows if not row.fault])
        self.tally.played(len(rows))
        if answered:
            last = answered[-1][1]["prediction"]
            self.tally.metrics.result(truth.as_number(self.card, last))
        self.feedback.give([label for pair in answered if (label := self._label(*pair))])

    def _answers(self, rows: list[Row]) -> list[tuple[Row, Answer]]:
        """Return the rows that the model takes with its answers; the others are counted as errors."""
        while rows:
            reply = self._ask(rows)
            if reply.status == 200:
                self.tally.answered(reply.seconds)
                return list(zip(rows, predictions(reply, len(rows), self.card), strict=True))
            rows = self._left(rows, reply)
        return []

    def _ask(self, rows: list[Row]) -> Reply:
        query = self.card.query | ({"receipts": "true"} if self.feedback.wanted else {})
        body = self.table.csv(rows)
        return self.patience(lambda: self.client.post(PREDICT, body, query, "text/csv"))

    def _left(self, rows: list[Row], reply: Reply) -> list[Row]:
        """Return the rows to send again after a refusal. Raises ToolError where none would be taken."""
        if reply.problem == "no-receipts" and self.feedback.wanted:
            self.feedback.give_up(
                "the API gives no receipts for true values: RECEIPT_SECRET is not set there"
            )
            return rows
        if reply.status == 413:
            raise ToolError(f"The API refuses the batch: {reply.in_words()} A smaller --batch will do.")
        if reply.status != 422 and reply.status < 500:
            said = self.client.locked_out(reply)
            raise ToolError(said or f"The API refuses the rows: {reply.in_words()}")
        faults = refused.by_row(reply, len(rows))
        for reasons in faults.values():
            self.tally.fail(reasons)
        return [row for at, row in enumerate(rows) if at not in faults]

    def _label(self, row: Row, answer: Answer) -> Label | None:
        """Hold an answer against the truth, if it is known; return what is to be sent back."""
        if row.truth is None:
            return None
        try:
            actual = truth.read(row.truth, self.card)
        except truth.NoTruth as error:
            self.tally.fail({str(error)})
            return None
        self.tally.known += 1
        self.tally.off += truth.error(self.card, answer["prediction"], actual)
        receipt = answer.get("receipt")
        return Label(str(receipt), actual) if receipt else None


def predictions(reply: Reply, rows: int, card: Card) -> list[Answer]:
    """Return the answers to a batch. Raises ToolError where they are none."""
    found = reply.body.get("predictions") if isinstance(reply.body, dict) else None
    if not (isinstance(found, list) and len(found) == rows and all(map(card.is_answer, found))):
        raise ToolError(f"The API answered 200, but not with {rows} predictions of {card.name}.")
    return found
