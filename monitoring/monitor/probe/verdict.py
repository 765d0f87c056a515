"""From all that a probe heard to one word and one sentence: the most important first. Pure.

The sentence begins small and has no full stop.
"""

from collections.abc import Iterator

from monitor.probe import words
from monitor.probe.card import Card
from monitor.probe.faults import UNREACHABLE
from monitor.probe.listing import Key
from monitor.probe.plan import (
    HEALTH,
    INFO,
    METRICS,
    MODELS,
    Known,
    default_card,
    health_of,
)
from monitor.sample import Fault, Goldens, State

_ABOUT_MODELS = (MODELS, INFO, HEALTH)


def verdict(known: Known, default: Key | None, goldens: list[Goldens]) -> tuple[State, str]:
    """Return the state and its reason; `known` holds every call that was planned, also those that failed."""
    of_default = next((each for each in goldens if each["default"]), None)
    others = [each for each in goldens if not each["default"]]
    down = next(_down(known, default, of_default), None)
    if down:
        return "down", down
    degraded = next(_degraded(known, default, of_default, others), None)
    if degraded:
        return "degraded", degraded
    assert of_default is not None
    return "up", _up(of_default, others)


def _down(known: Known, default: Key | None, goldens: Goldens | None) -> Iterator[str]:
    if default is None:
        yield _nothing(known)
    if goldens and goldens["fault"]:
        yield _unanswered(goldens, goldens["fault"])
    health = health_of(known)
    if health and health.status == "unhealthy":
        yield f"its health report says unhealthy{_why(health.reason)}"
    if goldens and words.wrong(goldens):
        yield str(words.wrong(goldens))
    fault = _fault(known, HEALTH)
    if goldens is None and fault:
        yield f"neither goldens nor health could be asked for: {fault['says']}"


def _degraded(
    known: Known, default: Key | None, goldens: Goldens | None, others: list[Goldens]
) -> Iterator[str]:
    if goldens is None and default:
        yield f"no goldens of {' '.join(default)} are known, so its answers can't be checked"
    health, fault = health_of(known), _fault(known, HEALTH)
    if fault:
        yield f"its health report can't be read: {fault['says']}"
    if health and health.status == "degraded":
        yield f"its health report says degraded{_why(health.reason)}"
    for other in others:
        if other["fault"]:
            yield _unanswered(other, other["fault"])
        elif words.wrong(other):
            yield str(words.wrong(other))
    yield from _unreadable(known, default)


def _unreadable(known: Known, default: Key | None) -> Iterator[str]:
    listing, card = _fault(known, MODELS), default_card(known)
    if listing:
        yield f"the list of models can't be read: {listing['says']}"
    if card and default and card.key != default:
        yield f"the card that stands for the default model is that of {_name(card)}, not {' '.join(default)}"
    for ask, heard in known.items():
        if ask.kind in ("model-info", "card") and heard.check["fault"]:
            of = " ".join(ask.key if ask.kind == "card" else default or ("the default model",))
            yield f"the card of {of} can't be read: {heard.check['fault']['says']}"
    metrics = _fault(known, METRICS)
    if metrics:
        yield f"its metrics can't be read: {metrics['says']}"


def _nothing(known: Known) -> str:
    """Return why not even the default model is known."""
    faults = [fault for fault in (_fault(known, ask) for ask in _ABOUT_MODELS) if fault]
    unreachable = [fault["says"] for fault in faults if fault["kind"] in UNREACHABLE]
    if unreachable:
        return unreachable[0]
    if len(faults) == len(_ABOUT_MODELS) and len({fault["says"] for fault in faults}) == 1:
        return faults[0]["says"]
    health, listing = health_of(known), _fault(known, MODELS)
    if health and health.status == "unhealthy":
        return f"its health report says unhealthy{_why(health.reason)}"
    return f"the list of models can't be read: {listing['says']}" if listing else "it names no default model"


def _unanswered(goldens: Goldens, fault: Fault) -> str:
    if fault["kind"] in UNREACHABLE:
        return fault["says"]
    other = words.other_bundle(goldens)
    said = f"the goldens of {words.model(goldens)} were not answered: {fault['says']}"
    return f"{said}, and {other}" if other else said


def _up(goldens: Goldens, others: list[Goldens]) -> str:
    said = words.right(goldens)
    if len(others) == 1:
        said += f" and {words.right(others[0]).replace(' goldens of', ' of')}"
    elif others:
        said += f" and those of {len(others)} other models"
    verb = "was" if goldens["total"] == 1 and not others else "were"
    own = [each for each in (goldens, *others) if each["expected_from"] == "its own card"]
    whose = "its own card" if len(own) == 1 else "their own cards"
    which = "" if len(own) == 1 + len(others) else f"{len(own)} of them "
    return f"{said} {verb} answered right" + (f", {which}compared to {whose} only" if own else "")


def _fault(known: Known, ask: object) -> Fault | None:
    return next((heard.check["fault"] for each, heard in known.items() if each == ask), None)


def _name(card: Card) -> str:
    return " ".join(card.key)


def _why(reason: str) -> str:
    return f": {reason}" if reason else ""
