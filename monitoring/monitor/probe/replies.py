"""From a reply to a JSON value, or to why there is none."""

from typing import Any

from monitor import strict_json
from monitor.probe.api import Api
from monitor.probe.faults import Failed
from monitor.probe.line import Reply
from monitor.probe.statuses import refused


def json_value(reply: Reply, api: Api) -> Any:
    """Return the value of a 200. Raises Failed for every other reply."""
    if reply.status != 200:
        raise refused(reply, key=api.key, bypass=api.bypass)
    return value_of(reply)


def value_of(reply: Reply) -> Any:
    """Return the value of a body, whatever the status. Raises Failed."""
    try:
        return strict_json.loads(reply.body)
    except strict_json.NotJson as error:
        raise Failed("not-json", _not_json(reply, str(error))) from error


def _not_json(reply: Reply, why: str) -> str:
    if is_markup(reply.body):
        return f"it answers HTML where JSON is expected ({reply.status})"
    if not reply.body:
        return f"it answers nothing where JSON is expected ({reply.status})"
    return f"its answer is no JSON that can be used: {why}"


def is_markup(body: bytes) -> bool:
    """Tell whether a body is HTML, by how it begins: a media type is wrong too often."""
    return body[:100].lstrip().startswith(b"<")
