"""What became of each model's goldens, and which pins are new. Pure."""

from collections.abc import Iterable

from monitor.pins import Pin, Pins
from monitor.probe.answers import Answers
from monitor.probe.goldens import compared
from monitor.probe.listing import Key
from monitor.probe.plan import Ask, Expectations, Heard, Known, Source, listing_of
from monitor.sample import Goldens


def judged(
    asked: Iterable[Ask], known: Known, expectations: Expectations, default: Key | None
) -> list[Goldens]:
    """Return how each golden call went, the default model's first."""
    found = [
        _judged(ask.key, ask.pin, known[ask], _source(ask.key, expectations), known, ask.key == default)
        for ask in asked
        if ask.kind == "goldens" and ask.pin is not None
    ]
    return sorted(found, key=lambda each: not each["default"])


def first_seen(asked: Iterable[Ask], goldens: list[Goldens]) -> Pins:
    """Return the cards' goldens that were answered right by the very bundle that they came with.

    Only these are worth remembering: what was wrong at first sight must not become what is expected.
    """
    right = {
        (each["model"], each["version"])
        for each in goldens
        if each["expected_from"] == "its own card"
        and each["matching"] == each["total"]
        and each["received_sha256"] == each["expected_sha256"]
    }
    return {ask.key: ask.pin for ask in asked if ask.kind == "goldens" and ask.pin and ask.key in right}


def with_memory(goldens: list[Goldens], seen: Pins) -> list[Goldens]:
    """Say of those that are remembered from now on that they are."""
    return [
        {**each, "expected_from": "first seen"} if (each["model"], each["version"]) in seen else each
        for each in goldens
    ]


def _source(key: Key, expectations: Expectations) -> Source:
    if key in expectations.shipped:
        return "goldens.json"
    return "first seen" if key in expectations.remembered else "its own card"


def _judged(key: Key, pin: Pin, heard: Heard, source: Source, known: Known, default: bool) -> Goldens:
    answers = heard.value if isinstance(heard.value, Answers) else None
    comparison = compared(pin, answers.each) if answers else None
    return {
        "model": key[0],
        "version": key[1],
        "default": default,
        "expected_from": source,
        "expected_sha256": pin["sha256"],
        "received_sha256": answers.sha256 if answers else _listed_sha256(key, known),
        "total": len(pin["goldens"]),
        "matching": comparison.matching if comparison else 0,
        "max_abs_error": comparison.max_abs_error if comparison else None,
        "differing": comparison.differing if comparison else [],
        "examples": comparison.examples if comparison else [],
        "fault": heard.check["fault"],
    }


def _listed_sha256(key: Key, known: Known) -> str | None:
    listing = listing_of(known)
    return listing.sha256.get(key) if listing else None
