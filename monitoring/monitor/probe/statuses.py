"""Status codes that are not 200, as sentences that say what to do."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from monitor import strict_json
from monitor.probe.faults import Failed
from monitor.probe.line import Reply
from monitor.probe.plain import plain

_BYPASS = "set VERCEL_AUTOMATION_BYPASS_SECRET or use the production domain"
_LONGEST_WAIT = 6  # Digits of Retry-After that are repeated.


def refused(reply: Reply, *, key: str | None, bypass: str | None, asks_for: str = "MAIN_API_KEY") -> Failed:
    """Return what an answer other than 200 means; `key` and `bypass` are what was sent."""
    status = reply.status or 0
    if 300 <= status < 400:
        return Failed("redirect", _redirect(status, reply.headers, bypass))
    if status in (401, 403):
        return Failed("unauthorized", _unauthorized(reply, key, bypass, asks_for))
    if status == 404:
        return Failed("not-found", f"it answers 404: {_reason(reply) or 'nothing is at this address'}")
    if status == 429:
        return Failed("rate-limited", f"it answers 429: too many requests{_wait(reply.headers)}")
    why = f": {_reason(reply)}" if _reason(reply) else ""
    if status >= 500:
        return Failed("server-error", f"it answers {status}{why}")
    return Failed("unexpected-status", f"it answers {status} where 200 is expected{why}")


def _redirect(status: int, headers: Mapping[str, str], bypass: str | None) -> str:
    host = _host(headers.get("Location", ""))
    if host == "vercel.com" or host.endswith(".vercel.com"):
        login = f"it answers {status} to {host}: Deployment Protection asks for a login; "
        return login + ("VERCEL_AUTOMATION_BYPASS_SECRET is not the one that it knows" if bypass else _BYPASS)
    where = f" to {plain(host)}" if host else ""
    return f"it answers {status}{where}: MAIN_API_URL must be the address that answers itself"


def _host(location: str) -> str:
    try:
        return urlsplit(location).hostname or ""
    except ValueError:
        return ""


def _unauthorized(reply: Reply, key: str | None, bypass: str | None, asks_for: str) -> str:
    if "html" in reply.headers.get("Content-Type", "").lower() and "vercel" in _server(reply):
        login = f"it asks for a login ({reply.status}), as Deployment Protection does: "
        return login + ("VERCEL_AUTOMATION_BYPASS_SECRET is not the one that it knows" if bypass else _BYPASS)
    if key:
        return f"it refuses the key ({reply.status}): check {asks_for}"
    return f"it asks for a key ({reply.status}): set {asks_for}"


def _server(reply: Reply) -> str:
    return reply.headers.get("Server", "").lower()


def _wait(headers: Mapping[str, str]) -> str:
    wait = headers.get("Retry-After", "").strip()
    return f", ask again in {wait} s" if _is_digits(wait) else ""


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_WAIT


def _reason(reply: Reply) -> str:
    """Return the API's own words: a problem's detail, or health's reason."""
    try:
        said = strict_json.loads(reply.body)
    except strict_json.NotJson:
        return ""
    found = (said.get("detail") or said.get("reason")) if isinstance(said, dict) else None
    return plain(found).rstrip(".") if isinstance(found, str) else ""
