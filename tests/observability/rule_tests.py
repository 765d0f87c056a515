"""Runs promtool's tests of rules, as they are and with one alert spoiled."""

import shutil
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from monitor.alerts import RULES
from tools.rules.render import Options, alerts, dumped, recordings

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "observability" / "prometheus"
TESTS = PROMETHEUS / "tests"
PROMTOOL = shutil.which("promtool")
MISSING = "promtool is not on PATH"
Json = dict[str, Any]

NEVER, ALWAYS, NO_FOR = "never fires", "always fires", "no for"
UNSPOILED = [(number, "as it is") for number, rule in enumerate(RULES) if rule.scope != "host"]
SPOILED = {NEVER: "vector(1) == 0", ALWAYS: "vector(1)"}
MUTANTS = [
    (number, how)
    for number, rule in enumerate(RULES)
    for how in (NEVER, ALWAYS, NO_FOR)
    # Watchdog fires always, as it is; and what has no `for` can't lose it.
    if not (how == ALWAYS and rule.name == "Watchdog") and not (how == NO_FOR and not rule.after)
]


def named(mutant: tuple[int, str]) -> str:
    """Return a mutant's name."""
    rule = RULES[mutant[0]]
    return f"{rule.name}{f' {rule.scope}' if rule.scope else ''}: {mutant[1]}"


def passes(test: Path) -> bool:
    """Tell whether a test file holds; anything else than a failed expectation is an error here."""
    done = subprocess.run(["promtool", "test", "rules", str(test)], capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert ("SUCCESS" in said) == (done.returncode == 0), said
    assert done.returncode == 0 or "exp:[" in said, said
    return done.returncode == 0


def killed(mutant: tuple[int, str], folder: Path) -> bool:
    """Tell whether the tests of a spoiled alert notice it; `folder` must be empty."""
    rule, document = RULES[mutant[0]], _spoiled(*mutant)
    document["groups"] += _needed(document)
    (folder / "rules.yml").write_text(dumped(document))
    test = yaml.safe_load((TESTS / f"{rule.name}.yml").read_text()) | {"rule_files": ["rules.yml"]}
    (folder / "test.yml").write_text(yaml.safe_dump(test))
    return not passes(folder / "test.yml")


def _spoiled(number: int, how: str) -> Json:
    """Return the rules of the alert's name alone, one of them spoiled."""
    document = deepcopy(alerts(Options()))
    flat = [rule for group in document["groups"] for rule in group["rules"]]
    if how == NO_FOR:
        del flat[number]["for"]
    elif how in SPOILED:
        flat[number]["expr"] = SPOILED[how]
    for group in document["groups"]:
        group["rules"] = [rule for rule in group["rules"] if rule["alert"] == RULES[number].name]
    return {"groups": [group for group in document["groups"] if group["rules"]]}


def _needed(document: Json) -> list[Json]:
    """Return the recorded series that the alerts name: the others only take time."""
    read = str(document)
    groups = recordings(Options())["groups"]
    for group in groups:
        group["rules"] = [rule for rule in group["rules"] if rule["record"] in read]
    return [group for group in groups if group["rules"]]
