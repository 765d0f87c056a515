"""Turns the tables into Prometheus's rule files, with times as they are or shortened. Pure."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from monitor.alerts import GROUPS, Rule
from tools.rules import recorded

Json = dict[str, Any]
UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
HEAD = "# Rendered by `make rules` from {}. A change goes there.\n"
RUNBOOKS = "{{ $externalURL }}/user"
"""Where Prometheus itself serves docs/runbooks, told by --web.user-assets."""
DASHBOARD = "http://127.0.0.1:8001"


@dataclass(frozen=True)
class Options:
    """Where links in alerts lead, and how much shorter times are; `shortest`: least seconds of a range."""

    runbooks: str = RUNBOOKS
    dashboard: str = DASHBOARD
    scale: float = 1.0
    shortest: float = 0.0


def files(options: Options) -> dict[str, str]:
    """Return the text of every rule file by its name."""
    return {
        "alerts.yml": HEAD.format("monitoring/monitor/alerts.py") + dumped(alerts(options)),
        "recording.yml": HEAD.format("tools/rules/recorded.py") + dumped(recordings(options)),
    }


def alerts(options: Options) -> Json:
    """Return the alerts as a document of Prometheus."""
    return {
        "groups": [_group(name, [_alert(rule, options) for rule in rules]) for name, rules in GROUPS.items()]
    }


def recordings(options: Options) -> Json:
    """Return the recorded series as a document of Prometheus."""
    groups = []
    for name, rules in recorded.GROUPS.items():
        group = _group(name, [{"record": one.record, "expr": _shortened(one.expr, options)} for one in rules])
        if name in recorded.INTERVALS and options.scale == 1:
            group["interval"] = recorded.INTERVALS[name]
        groups.append(group)
    return {"groups": groups}


def duration(milliseconds: int) -> str:
    """Return a duration as Prometheus spells it, in the largest unit that makes it whole."""
    unit = next(unit for unit, size in UNITS.items() if milliseconds % size == 0)
    return f"{milliseconds // UNITS[unit]}{unit}"


def _group(name: str, rules: list[Json]) -> Json:
    return {"name": name, "rules": rules}


def _alert(rule: Rule, options: Options) -> Json:
    held = {"for": duration(max(1, round(rule.after * options.scale * 1000)))} if rule.after else {}
    scope = {"scope": rule.scope} if rule.scope else {}
    return {
        "alert": rule.name,
        "expr": _shortened(rule.expr, options),
        **held,
        "labels": {"severity": rule.severity, **scope},
        "annotations": {
            "summary": rule.summary,
            "description": rule.description,
            "runbook_url": f"{options.runbooks}/{rule.name}.md",
            "dashboard_url": options.dashboard,
        },
    }


def _shortened(expr: str, options: Options) -> str:
    """Return an expression whose ranges are shortened."""

    def shorter(found: re.Match[str]) -> str:
        asked = int(found[1]) * UNITS[found[2]]
        least = min(asked, round(options.shortest * 1000))
        return f"[{duration(max(1, least, round(asked * options.scale)))}]"

    return re.sub(r"\[(\d+)([smhd])\]", shorter, expr)


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def dumped(document: Json) -> str:
    """Return a document as YAML."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)
