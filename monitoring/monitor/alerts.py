"""The one table of alerts: what each is called, how bad it is, when it fires and how it is judged.

From it come Prometheus's rules (`make rules`) and what the monitor judges by itself. There, a rule judges a
sample and gives what is wrong, by subject: a model's "name version", or "" for the API. It fires once it was
so over its whole `after`, sample after sample; until then it is pending.
"""

import json
from collections.abc import Mapping
from typing import Literal, TypedDict

from monitor.alerting import checks, host, model, pipeline, service, stack
from monitor.alerting.rule import DAY, HOUR, MINUTE, Check, Context, Rule
from monitor.sample import Sample

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "RULES",
    "TABLE",
    "Alert",
    "Check",
    "Context",
    "Rule",
    "listed",
    "recorded",
]

TABLE = "alerts"
GROUPS: Mapping[str, tuple[Rule, ...]] = {
    "service": service.RULES,
    "model": model.RULES,
    "pipeline": pipeline.RULES,
    "host": host.RULES,
    "stack": stack.RULES,
}
RULES = tuple(rule for rules in GROUPS.values() for rule in rules)
"""Two rows may share a name; then their `scope` tells them apart."""
_ORDER = {rule.name: number for number, rule in enumerate(RULES)}


class Alert(TypedDict):
    """An alert that is pending or firing; `since` is when it began to be so."""

    name: str
    subject: str
    severity: str
    state: Literal["pending", "firing"]
    since: float
    summary: str


def recorded(table: Mapping[str, str], sample: Sample, context: Context) -> dict[str, str | None]:
    """Return the changes of the table that a sample brings: what began, what goes on, what is over.

    What a sample says nothing of stays as it was: nothing says it is over.
    """
    kept = {key: value for key, value in ((key, _read(text)) for key, text in table.items()) if value}
    unseen = [key for key, alert in kept.items() if _unseen(alert, sample)]
    changes: dict[str, str | None] = dict.fromkeys(table) | {key: table[key] for key in unseen}
    for rule in RULES:
        for subject, summary in rule.check(sample, context) if rule.check else ():
            key = f"{rule.name} {subject}"
            since = min(kept[key]["since"], sample["at"]) if key in kept else sample["at"]
            firing = sample["at"] - since >= rule.after * context.scale
            alert = Alert(
                name=rule.name,
                subject=subject,
                severity=rule.severity,
                state="firing" if firing else "pending",
                since=since,
                summary=summary,
            )
            changes[key] = json.dumps(alert)
    return changes


def _unseen(alert: Alert, sample: Sample) -> bool:
    """Tell that a sample says nothing of an alert's subject, as of a model whose card could not be read."""
    if alert["subject"] and checks.not_shown(sample, alert["subject"]):
        return True
    rule = RULES[_ORDER[alert["name"]]]
    return bool(rule.unseen and rule.unseen(sample, alert["subject"]))


def listed(table: Mapping[str, str]) -> list[Alert]:
    """Return the alerts as of the last sample: firing before pending, in the table's order."""
    alerts = [alert for alert in map(_read, table.values()) if alert]
    return sorted(alerts, key=lambda one: (one["state"] != "firing", _ORDER[one["name"]], one["subject"]))


def _read(text: str) -> Alert | None:
    try:
        alert: Alert = json.loads(text)
        whole = alert.keys() == Alert.__annotations__.keys()
        return alert if whole and alert["name"] in _ORDER and alert["since"] >= 0 else None
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None
