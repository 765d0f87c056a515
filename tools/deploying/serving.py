"""The API's checks: its settings as it reads them itself, and every bundle as it would serve it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mlapi.access import open_doors
from mlapi.models import BrokenModel, Models, Slot
from mlapi.service import start
from mlapi.settings import Settings, SettingsError, from_env
from tools.deploying.doors import door_findings
from tools.deploying.environment import PULL, Given
from tools.deploying.finding import Finding, fault, ok, unchecked, warning
from tools.terminal import counted

ABOUT = "ml-api settings"
BUNDLES = "ml-api bundles"
RESTORE = "restore it from Git, or pack it anew"
UNCOUNTED = "is not set: nothing is counted, so there is no traffic, no drift and no live accuracy"
PICKLED = f"vercel env add ALLOW_PICKLE production, then {PULL}, in ml-api"
CONNECT = "connect a Redis: Storage, in the project's tab"
NAME = re.compile(r"\w+")


def serving_findings(folder: Path, given: Given) -> Iterator[Finding]:
    """Yield what its own reading finds in the bundles, then what its own start finds in the settings."""
    yield from _bundles(folder / "artifacts", given)
    try:
        settings = replace(from_env({**given.values, "VERCEL": "1"}), artifacts=folder / "artifacts")
        start(settings)
    except SettingsError as error:
        yield refused(ABOUT, str(error), given)
        return
    yield ok(ABOUT, "all can be used")
    yield from door_findings("ml-api", open_doors(settings), given)
    if not given.has("REDIS_URL", "KV_URL"):
        yield warning("ml-api REDIS_URL", UNCOUNTED, CONNECT)


def refused(about: str, reason: str, given: Given) -> Finding:
    """Return what a refused start means: nothing, where it is for want of a value that is hidden."""
    names = sorted(given.hidden & {*NAME.findall(reason)})
    if names:
        return unchecked(about, f"the value of {', '.join(names)} is hidden, and without it: {reason}")
    if given.is_guess:
        return warning(about, reason, f"{PULL} tells whether it is so there, too")
    return fault(about, reason, f"correct it in {given.source}, and on the platform")


def _bundles(artifacts: Path, given: Given) -> Iterator[Finding]:
    allowed = given.values.get("ALLOW_PICKLE") == "1"
    models = Models(artifacts, allow_pickle=allowed, max_rows=Settings.max_rows)
    faults = [fault(BUNDLES, reason, RESTORE) for reason in models.faults.values()]
    slots = list(models)
    for slot in slots:
        faults += _broken(models, slot, allowed, given)
    yield from faults
    if not (faults or slots):
        yield fault(BUNDLES, "there is none", "python -m training pack")
    elif not faults:
        many = counted(len(slots), "bundle")
        yield ok(BUNDLES, f"{many}: every hash holds, and every golden is answered right")


def _broken(models: Models, slot: Slot, allowed: bool, given: Given) -> Iterator[Finding]:
    """Yield why a bundle can't be served, if it can't."""
    try:
        models.ready(slot)
    except BrokenModel as error:
        about = f"{slot.name} {slot.version}"
        engine = slot.bundle.card["engine"]["name"] if slot.bundle else ""
        if allowed or engine != "sklearn":
            yield fault(about, str(error), RESTORE)
        elif "ALLOW_PICKLE" in given.hidden:
            yield unchecked(about, "no golden was asked: the value of ALLOW_PICKLE is hidden")
        else:
            yield fault(about, str(error), PICKLED)
