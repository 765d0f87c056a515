"""A probe, from its first call to its sample."""

from collections.abc import Iterable
from time import monotonic

from monitor.counted import Counted
from monitor.pins import Pins
from monitor.probe.api import Api, Probed
from monitor.probe.asking import ask_api
from monitor.probe.card import Card
from monitor.probe.counters import Counters
from monitor.probe.drive import AT_ONCE, Drive
from monitor.probe.faults import seconds
from monitor.probe.judged import first_seen, judged, with_memory
from monitor.probe.line import Line
from monitor.probe.listing import Key
from monitor.probe.plan import (
    HEALTH,
    INFO,
    METRICS,
    Ask,
    Expectations,
    Heard,
    Known,
    default_key,
    newest_others,
    next_asks,
)
from monitor.probe.squeezed import squeezed
from monitor.probe.tls import Verify
from monitor.probe.verdict import verdict
from monitor.sample import FORMAT, Check, Fault, Goldens, Model, Sample

_PATIENCE = 0.5
"""Share of the time after which the goldens are sent without the list of models, if that is still awaited."""


def probe(
    api: Api,
    shipped: Pins,
    remembered: Pins,
    *,
    remembers: bool,
    connect: float = 2.0,
    total: float = 5.0,
    verify: Verify = True,
    at_once: int = AT_ONCE,
) -> Probed:
    """Look at the API once, within `total` seconds; whatever goes wrong is in the sample.

    remembers: a model that nobody pinned is held to the answers that its card gives now, from now on.
    """
    begun = monotonic()
    line = Line(api, connect=connect, deadline=begun + total, verify=verify)
    expectations = Expectations(shipped, remembered)
    drive = Drive(
        lambda known, patient: next_asks(known, expectations, patient=patient),
        lambda ask: ask_api(line, api, ask),
        patience=begun + total * _PATIENCE,
        until=begun + total,
        at_once=at_once,
    )
    try:
        drive.run()
    finally:
        line.close()
    known = _complete(drive, total)
    default = default_key(known, patient=False)
    goldens = judged(known, known, expectations, default)
    seen = first_seen(known, goldens) if remembers else {}
    sample = _sample(known, default, with_memory(goldens, seen), monotonic() - begun, line.tls_expires_at)
    return Probed(squeezed(sample), seen, _counted(known))


def _complete(drive: Drive, total: float) -> Known:
    """Return what was heard of every call that was planned, in that order."""
    return {
        ask: drive.known[ask] if ask in drive.known else _unheard(ask, drive.waiting, total)
        for ask in drive.planned
    }


def _unheard(ask: Ask, waiting: Iterable[Ask], total: float) -> Heard:
    late = f"it did not answer within {seconds(total)} s"
    says = "there was no time left to ask" if ask in waiting else late
    return Heard(Check(name=ask.name, seconds=None, status=None, fault=Fault(kind="timeout", says=says)))


def _sample(
    known: Known, default: Key | None, goldens: list[Goldens], took: float, tls_expires_at: float | None
) -> Sample:
    state, reason = verdict(known, default, goldens)
    asked = known.get(Ask("goldens", default)) if default else None
    counters = known[METRICS].value if METRICS in known else None
    return {
        "format": FORMAT,
        "at": 0.0,
        "state": state,
        "reason": reason,
        "seconds": round(took, 6),
        "latency": round(asked.latency, 6) if asked and asked.latency is not None else None,
        "status": (asked or known[HEALTH]).check["status"],
        "tls_expires_at": tls_expires_at,
        "checks": [heard.check for heard in known.values()],
        "models": _models(known, default),
        "goldens": goldens,
        "traffic": counters.traffic if isinstance(counters, Counters) else None,
        "traffic_missing": _missing(known),
    }


def _models(known: Known, default: Key | None) -> list[Model]:
    """Return the cards of the default model and of the newest version of each other one."""
    return [{**card.model, "default": card.key == default} for card in _cards(known)]


def _cards(known: Known) -> list[Card]:
    newest = newest_others(known)
    heard = [known[ask].value for ask in (INFO, *(Ask("card", key) for key in newest)) if ask in known]
    # By key: the card that stands for the default model may be another one's, which was asked for too.
    return list({value.key: value for value in heard if isinstance(value, Card)}.values())


def _counted(known: Known) -> dict[Key, Counted]:
    """Return the counters of the models whose cards are shown: what they are held against stands there."""
    counters = known[METRICS].value if METRICS in known else None
    tallies = counters.tallies if isinstance(counters, Counters) else {}
    found = {card.key: (tallies[card.key], card.baseline) for card in _cards(known) if card.key in tallies}
    return {
        key: Counted(tally.rows, tally.bins, baseline, tally.feedback)
        for key, (tally, baseline) in found.items()
    }


def _missing(known: Known) -> str | None:
    heard = known[METRICS]
    if isinstance(heard.value, Counters):
        return heard.value.missing
    fault = heard.check["fault"]
    return f"The API's metrics can't be read: {fault['says']}." if fault else None
