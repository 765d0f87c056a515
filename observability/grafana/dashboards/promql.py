"""Pieces of PromQL that several panels share, and what a query is."""

from dataclasses import dataclass

RATE = "$__rate_interval"
RANGE = "$__range"
MODEL = 'model=~"$model", model_version=~"$version"'
"""What the variables of a dashboard choose."""


@dataclass(frozen=True)
class Query:
    """A question to Prometheus; `once` asks for now alone, else it is asked over the whole range."""

    expr: str
    legend: str = ""
    once: bool = False
    buckets: bool = False
    """Its answer is a histogram's buckets, for a heatmap."""


def rate(counter: str, matchers: str = "") -> str:
    """Return a shared counter's growth a second.

    Every instance of the API answers with the same counts, so of several the largest is taken, never the sum.
    """
    return f"max without (instance) (rate({_of(counter, matchers)}[{RATE}]))"


def grown(counter: str, matchers: str = "", over: str = RANGE) -> str:
    """Return by how much a shared counter grew in the range that the dashboard shows."""
    return f"max without (instance) (increase({_of(counter, matchers)}[{over}]))"


def total(labels: str, expr: str) -> str:
    """Return a sum over all labels but these."""
    return f"sum by ({labels}) ({expr})" if labels else f"sum({expr})"


def latest(labels: str, gauge: str, matchers: str = "") -> str:
    """Return a gauge, once per these labels, whoever of several instances was asked."""
    return f"max by ({labels}) ({_of(gauge, matchers)})"


def share(counter: str, bad: str, matchers: str = "") -> str:
    """Return which share of a counter's growth is bad; nothing where nothing was counted."""
    every = total("", rate(counter, matchers))
    wrong = total("", rate(counter, f"{matchers}, {bad}" if matchers else bad))
    return f"({wrong} or 0 * {every}) / {every}"


def quantile(q: float, histogram: str, labels: str = "", matchers: str = "") -> str:
    """Return a quantile of a histogram, by labels."""
    by = f"{labels}, le" if labels else "le"
    return f"histogram_quantile({q}, {total(by, rate(f'{histogram}_bucket', matchers))})"


def _of(metric: str, matchers: str) -> str:
    return f"{metric}{{{matchers}}}" if matchers else metric
