"""The five numbers: the API's own traffic, or the best that is known instead, named as what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.page.numerals import counted, rounded, seconds
from monitor.page.scores import label
from monitor.page.words import sentence

Status = Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """A number with its unit; `note` says of what it is, or why there is none (then `value` is None)."""

    title: str
    value: str | None
    unit: str
    note: str
    instead: bool = False  # Not the traffic's own number.


def cards(status: Status) -> list[Card]:
    """Return the cards in their order on the page."""
    return [_processed(status), _throughput(status), _accuracy(status), _latency(status), _pipelines(status)]


def _processed(status: Status) -> Card:
    number = _traffic(status).get("data_processed")
    if number is None:
        return Card("Data processed", None, "", _briefly(status))
    simulated = _traffic(status).get("simulated")
    among = f", {counted(simulated, 'simulated request')} among them" if simulated else ""
    return Card("Data processed", f"{number:,.0f}", "rows", f"Answered since counting began{among}.")


def _throughput(status: Status) -> Card:
    number = _traffic(status).get("throughput")
    if number is None:
        counted = _traffic(status).get("data_processed") is not None
        return Card("Throughput", None, "", "It takes two probes to tell." if counted else _briefly(status))
    return Card("Throughput", rounded(number), "rows/s", "Answered since the probe before.")


def _accuracy(status: Status) -> Card:
    traffic, model = _traffic(status), status["model"]
    live = _live(status)
    if live and model and (live["mae"] is not None or live["accuracy"] is not None):
        return _told(live, model)
    if traffic.get("accuracy") is not None:
        of = traffic.get("accuracy_of") or "as the API counts it"
        return Card("Accuracy", rounded(traffic["accuracy"]), "", sentence(of))
    named = model["floors"]["score"] if model else ""
    score = model["scores"].get(named) if model else None
    if score is None:
        return Card("Accuracy", None, "", _briefly(status))
    labels = live["labels"] if live else 0
    yet = f"{counted(labels, 'true outcome')} told so far" if labels else "no live number yet"
    note = f"Of {model['name']} when it was trained; {yet}."
    return Card("Accuracy", rounded(score["value"]), label(named), note, instead=True)


def _live(status: Status) -> Mapping[str, Any] | None:
    """Return what true outcomes say of the default model."""
    model = status["model"]
    key = (model["name"], model["version"]) if model else None
    return next((each for each in status["live"] or () if (each["model"], each["version"]) == key), None)


def _told(live: Mapping[str, Any], model: Mapping[str, Any]) -> Card:
    """Return the live number, with the card's own beside it."""
    name = "mae" if live["mae"] is not None else "accuracy"
    unit = f"in {model['unit']}, " if name == "mae" and model["unit"] else ""
    score = model["scores"].get(name)
    before = f"; {rounded(score['value'])} when it was trained" if score else ""
    note = sentence(f"{unit}from {counted(live['labels'], 'true outcome')}{before}")
    return Card("Accuracy", rounded(live[name]), "Live MAE" if name == "mae" else "Live", note)


def _latency(status: Status) -> Card:
    traffic, probe = _traffic(status), status["probe"]
    if traffic.get("latency") is not None:
        of = traffic.get("latency_of") or "median of the calls since the probe before"
        return _timed(traffic["latency"], sentence(of), instead=False)
    if probe is None or probe["latency"] is None:
        return Card("Latency", None, "", _briefly(status))
    return _timed(probe["latency"], "The last golden call, made by the monitor.", instead=True)


def _timed(length: float, note: str, *, instead: bool) -> Card:
    value, _, unit = seconds(length).rpartition(" ")
    return Card("Latency", value, unit, note, instead)


def _pipelines(status: Status) -> Card:
    number = _traffic(status).get("pipelines")
    if number is None or not status["models"]:  # A card that could not be read is not one of no pipeline.
        return Card("Active pipelines", None, "", "No card has been read.")
    return Card("Active pipelines", str(number), "", "Training pipelines whose models are served.")


def missing(status: Status) -> str:
    """Return why the API's traffic isn't known."""
    if status["traffic"] is None:
        return "No probe has ended yet."
    return sentence(status["traffic"].get("missing") or "The API doesn't tell it yet")


def _briefly(status: Status) -> str:
    """Return it without its details: a card is small, and its neighbours say the same."""
    return sentence(missing(status).partition(": ")[0])


def _traffic(status: Status) -> Mapping[str, Any]:
    """Return the five numbers; before the first probe there are none."""
    return status["traffic"] or {}
