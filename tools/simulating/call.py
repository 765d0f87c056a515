"""One simulated call: rows drawn and sent, the answer judged, made-up truths sent back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from threading import Event
from typing import Any, Literal

from tools.card import Card
from tools.client import Client, NoReply, Reply
from tools.simulating import draw, faulty, truth
from tools.simulating.draw import Column

MOST_LABELS = 1_000  # In one call of /api/feedback.
HEADERS = {"X-Tandem-Simulated": "1", "User-Agent": "tandem-simulate"}


@dataclass(frozen=True)
class Plan:
    """What calls are like.

    batch: least and most rows in one; errors: the share that has a fault; feedback: set while it is sent.
    """

    card: Card
    columns: Sequence[Column]
    batch: tuple[int, int]
    errors: float
    feedback: Event
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What came of a call; `refused`: a fault that was meant, and found.

    locked_out: what to set where the API lets nobody in without a key.
    """

    kind: Literal["answered", "refused", "failed"]
    rows: int
    seconds: float | None = None
    why: str = ""
    truths: int = 0
    note: str = ""
    locked_out: str = ""


def make(client: Client, plan: Plan, number: int) -> Outcome:
    """Make the call of that number: with the same plan it is always the same."""
    rng = Random(f"{plan.seed}/{number}")  # noqa: S311 - traffic that can be repeated, no secret
    rows = [draw.row(plan.columns, rng) for _ in range(rng.randint(*plan.batch))]
    fault = faulty.spoil(rng.choice(rows), plan.card.features, rng) if rng.random() < plan.errors else ""
    single, feedback = plan.batch == (1, 1), plan.feedback.is_set()
    query = plan.card.query | ({"receipts": "true"} if feedback and not single else {})
    body = json.dumps(rows[0] if single else rows).encode()
    try:
        reply = client.post("/api/predict", body, query)
        outcome = judged(reply, plan.card, fault, len(rows))
        outcome = replace(outcome, locked_out=client.locked_out(reply))
        if outcome.kind == "answered" and feedback:
            return _with_truths(client, plan, answers(reply, plan.card), outcome, rng)
    except NoReply as error:
        return Outcome("failed", len(rows), why=str(error))
    return outcome


def judged(reply: Reply, card: Card, fault: str, rows: int) -> Outcome:
    """Return what an answer is to a call with a fault, or with none."""
    if fault and reply.status == 422:
        return Outcome("refused", rows, reply.seconds)
    if fault:
        said = f"a row with a fault ({fault}) was answered with {reply.in_words()}"
        return Outcome("failed", rows, reply.seconds, said)
    if reply.status == 200 and len(answers(reply, card)) == rows:
        return Outcome("answered", rows, reply.seconds)
    said = "200, but not an answer to each row" if reply.status == 200 else reply.in_words()
    return Outcome("failed", rows, reply.seconds, said)


def answers(reply: Reply, card: Card) -> list[dict[str, Any]]:
    """Return the answers to one row or to many, none where any of them is no answer of the model."""
    body = reply.body if isinstance(reply.body, dict) else {}
    found = body.get("predictions", [body])
    return found if isinstance(found, list) and all(map(card.is_answer, found)) else []


def _with_truths(
    client: Client, plan: Plan, found: Sequence[dict[str, Any]], outcome: Outcome, rng: Random
) -> Outcome:
    labels = [
        {"receipt": each.get("receipt"), "actual": truth.simulated(plan.card, each["prediction"], rng)}
        for each in found
    ]
    for start in range(0, len(labels), MOST_LABELS):
        body = json.dumps(labels[start : start + MOST_LABELS]).encode()
        said = client.post("/api/feedback", body)
        if said.problem == "feedback-full":
            plan.feedback.clear()
            return replace(outcome, note=f"no more truths were sent after this answer: {said.in_words()}")
        if said.status != 200:
            why, locked_out = f"feedback: {said.in_words()}", client.locked_out(said)
            return Outcome("failed", outcome.rows, outcome.seconds, why, locked_out=locked_out)
    return replace(outcome, truths=len(labels))


def takes_truths(client: Client) -> bool:
    """Ask the API whether it takes feedback, with none: one that does names the fault."""
    return client.post("/api/feedback", b"[]").problem != "no-receipts"
