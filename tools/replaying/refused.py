"""What the API's refusal of a batch says of each of its rows."""

import re
from collections import defaultdict

from tools.client import Reply
from tools.terminal import printable

_POINTER = re.compile(r"/(?P<row>\d{1,9})(/(?P<field>.*))?", re.DOTALL)
_LINE = re.compile(r"line \d+: ")  # Of the piece that was sent, which no person has.


def by_row(reply: Reply, rows: int) -> dict[int, set[str]]:
    """Return position -> reasons of the rows at fault; all of them where the refusal names none."""
    found: dict[int, set[str]] = defaultdict(set)
    listed = reply.body.get("errors") if isinstance(reply.body, dict) else None
    for each in listed if isinstance(listed, list) else []:
        place = _POINTER.fullmatch(str(each.get("pointer"))) if isinstance(each, dict) else None
        if place and int(place["row"]) < rows:
            found[int(place["row"])].add(_reason(place["field"], str(each.get("detail"))))
    return dict(found) or {at: {_all(reply, listed)} for at in range(rows)}


def _reason(field: str | None, detail: str) -> str:
    detail = printable(_LINE.sub("", detail, count=1))
    if not field:
        return detail
    return f"{printable(field.replace('~1', '/').replace('~0', '~'), 64)}: {detail}"


def _all(reply: Reply, listed: object) -> str:
    """Return the reason for all rows: the first that is listed, else the refusal itself."""
    if isinstance(listed, list) and listed and isinstance(listed[0], dict) and listed[0].get("detail"):
        return printable(listed[0]["detail"])
    return reply.in_words()
