"""Which calls a probe can make, given what it knows already. Pure.

/api/models says which model is the default; where it can't, the default model's card does, or else health.
Nothing waits for an answer that it doesn't need: a hung metrics call must not make the goldens late.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, TypeVar

from monitor.pins import Pin, Pins
from monitor.probe.card import Card
from monitor.probe.health import Health
from monitor.probe.listing import Key, Listing
from monitor.sample import Check

T = TypeVar("T")

MOST_GOLDEN_CALLS = 20
MOST_CARDS = 10

Kind = Literal["models", "model-info", "health", "metrics", "goldens", "card"]
Source = Literal["goldens.json", "first seen", "its own card"]


@dataclass(frozen=True)
class Ask:
    """A call: of a kind, and about a model where it is about one; the pin says what goldens to send."""

    kind: Kind
    key: Key = ("", "")
    pin: Pin | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """Return what a check is called."""
        kind = "model-info" if self.kind == "card" else self.kind
        return " ".join((kind, *filter(None, self.key)))


MODELS, INFO, HEALTH, METRICS = Ask("models"), Ask("model-info"), Ask("health"), Ask("metrics")
FIRST = (MODELS, INFO, HEALTH, METRICS)


@dataclass(frozen=True)
class Heard:
    """What came of a call: the check, and the value that was read, or None."""

    check: Check
    value: Any = None
    latency: float | None = None


Known = Mapping[Ask, Heard]


@dataclass(frozen=True)
class Expectations:
    """Where expected answers come from."""

    shipped: Pins
    remembered: Pins

    def of(self, key: Key, known: Known) -> tuple[Pin, Source] | None:
        """Return what a model is expected to answer, and who says so."""
        if key in self.shipped:
            return self.shipped[key], "goldens.json"
        if key in self.remembered:
            return self.remembered[key], "first seen"
        card = card_of(key, known)
        return (card.pin, "its own card") if card and card.pin else None


def next_asks(known: Known, expectations: Expectations, *, patient: bool) -> Iterator[Ask]:
    """Yield all calls that can be made now, those made already among them, the most important first.

    Once patience is over, a list of models that is still awaited is done without.
    """
    yield from FIRST
    keys = targets(known, patient=patient)
    for key in keys:
        expected = expectations.of(key, known)
        if expected:
            yield Ask("goldens", key, expected[0])
    yield from islice((Ask("card", key) for key in _cards(keys, known, expectations)), MOST_CARDS)


def targets(known: Known, *, patient: bool) -> list[Key]:
    """Return the models whose goldens are to be sent, the default one first."""
    default = default_key(known, patient=patient)
    if default is None:
        return []
    listing = listing_of(known)
    others = [key for key in listing.sha256 if key != default] if listing else []
    return [default, *others][:MOST_GOLDEN_CALLS]


def default_key(known: Known, *, patient: bool) -> Key | None:
    """Return the default model, by the first that is there of the list, the card and health."""
    listing, card, health = listing_of(known), default_card(known), health_of(known)
    if listing and listing.default:
        return listing.default
    if patient and MODELS not in known:
        return None
    if card:
        return card.key
    if patient and INFO not in known:
        return None
    return health.default if health else None


def newest_others(known: Known) -> list[Key]:
    """Return the newest version of each model that is not the default one."""
    listing = listing_of(known)
    return listing.newest()[:MOST_CARDS] if listing else []


def listing_of(known: Known) -> Listing | None:
    """Return the list of models, once it is known."""
    return _value(known, MODELS, Listing)


def health_of(known: Known) -> Health | None:
    """Return the health report, once it is known."""
    return _value(known, HEALTH, Health)


def default_card(known: Known) -> Card | None:
    """Return the card that /api/model-info gives unasked, once it is known."""
    return _value(known, INFO, Card)


def card_of(key: Key, known: Known) -> Card | None:
    """Return a model's card, once it is known."""
    card = default_card(known)
    return card if card and card.key == key else _value(known, Ask("card", key), Card)


def _cards(keys: list[Key], known: Known, expectations: Expectations) -> Iterator[Key]:
    newest = newest_others(known)
    yield from newest
    for key in keys[1:]:  # The default one's is asked for at once.
        pinned = key in expectations.shipped or key in expectations.remembered
        if not pinned and key not in newest:
            yield key


def _value(known: Known, ask: Ask, kind: type[T]) -> T | None:
    value = known[ask].value if ask in known else None
    return value if isinstance(value, kind) else None
