"""What a deployment leaves open to everybody, in the deployments' own words."""

from collections.abc import Iterable, Iterator

from tools.deploying.environment import PULL, Given
from tools.deploying.finding import Finding, ok, warning

Doors = Iterable[tuple[str, str]]
"""Setting and what is open without it, as `open_doors` of either deployment lists them."""


CLOSED_BY = {"RECEIPT_SECRET": "API_KEYS"}
"""A door that another setting closes than the one by which it is open."""


def door_findings(name: str, doors: Doors, given: Given) -> Iterator[Finding]:
    """Yield a warning for each open door; a variable whose value is hidden is set, and closes its own."""
    still = [each for each in doors if not {each[0], CLOSED_BY.get(each[0])} & given.hidden]
    for setting, says in still:
        yield warning(f"{name} {setting}", f"open: {says}", _closing(name, setting, given))
    if not still:
        yield ok(f"{name} doors", "what can be closed is closed")


def _closing(name: str, setting: str, given: Given) -> str:
    if given.has(setting):  # Set, and so meant.
        return "SECURITY.md says what that means"
    add = f"vercel env add {setting} production, in {name}"
    return f"python tools/make_key.py NAME, then {add}" if setting == "API_KEYS" else add


def source(name: str, given: Given) -> Finding:
    """Return where the variables were read, and how to read those of the platform."""
    about = f"{name} environment"
    if given.is_guess:
        said = "this shell's is taken for the platform's, of which nothing is known here"
        return warning(about, said, f"{PULL}, in {name}, or --env-file")
    hidden = f"; of {len(given.hidden)} variables it tells the names alone" if given.hidden else ""
    return ok(about, f"read from {given.source}{hidden}")
