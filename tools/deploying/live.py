"""Is what was deployed alive, and are its answers right? Asked as the monitor asks."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from monitor import pins
from monitor.probe import Api
from monitor.probe.run import probe
from monitor.sample import State
from tools.client import Client, NoReply, Reply
from tools.deploying.environment import Given
from tools.deploying.finding import Finding, fault, ok, unchecked, warning
from tools.terminal import printable

PATIENCE = 60.0
"""Seconds until a deployment that is ready must answer: its address may be a moment late."""
PAUSE = 1.0
PROBE_SECONDS = 20.0
SENT = {"MAIN_API_KEY", "MAIN_API_METRICS_TOKEN", "VERCEL_AUTOMATION_BYPASS_SECRET"}
BYPASS = "x-vercel-protection-bypass"
GUARDED = (
    "asks for a login (Deployment Protection)",
    "watch the production domain, or set VERCEL_AUTOMATION_BYPASS_SECRET (docs/deploy.md)",
)
LOGS = "`vercel logs` tells what its start said"


def api_findings(url: str, goldens: Path, monitor: Given) -> Iterator[Finding]:
    """Yield whether an API lives, is ready and answers right; monitor: whose keys and tokens are used."""
    yield from _asked(url, monitor, "API", {"/livez": "alive", "/readyz": "ready"})
    values = monitor.values
    api = Api(
        url,
        values.get("MAIN_API_KEY") or None,
        values.get("MAIN_API_METRICS_TOKEN") or None,
        values.get("VERCEL_AUTOMATION_BYPASS_SECRET") or None,
    )
    sample = probe(api, pins.shipped(goldens), {}, remembers=False, total=PROBE_SECONDS).sample
    yield _answers(sample["state"], sample["reason"], monitor)


def _answers(state: State, reason: str, monitor: Given) -> Finding:
    said = f"{state}: {reason}"
    if unknown := sorted(SENT & monitor.hidden):
        said += f" (asked without {', '.join(unknown)}, whose value is hidden; the monitor has it)"
        return (ok if state == "up" else unchecked)("API answers", said)
    return {"up": ok, "degraded": warning, "down": fault}[state]("API answers", said)


def monitor_findings(url: str, monitor: Given) -> Iterator[Finding]:
    """Yield whether a monitor lives, and what it says of the API."""
    yield from _asked(url, monitor, "monitor", {"/livez": "alive"})
    with _client(url, monitor) as client:
        yield _status(_get(client, "/api/status"))


def _status(reply: Reply | str) -> Finding:
    about = "monitor /api/status"
    if isinstance(reply, str) or not (isinstance(reply.body, dict) and reply.status == 200):
        return fault(about, reply if isinstance(reply, str) else reply.in_words(), LOGS)
    state, reason = reply.body.get("state"), reply.body.get("reason")
    said = f"{printable(state, 40)}: {printable(reason)}"
    if state == "up":
        return ok(about, said)
    return warning(about, said) if state in ("degraded", "unknown") else fault(about, said)


def _asked(url: str, monitor: Given, who: str, paths: Mapping[str, str]) -> Iterator[Finding]:
    with _client(url, monitor) as client:
        for path, word in paths.items():
            reply = patiently(partial(_get, client, path), time.monotonic, time.sleep)
            yield _judged(f"{who} {path}", reply, word)


def _judged(about: str, reply: Reply | str, word: str) -> Finding:
    if isinstance(reply, str):
        return fault(about, reply, LOGS)
    if reply.status == 200:
        return ok(about, f"{word}, in {reply.seconds * 1000:.0f} ms")
    if is_guarded(reply):
        return fault(about, *GUARDED)
    return fault(about, reply.in_words(), LOGS)


def is_guarded(reply: Reply) -> bool:
    """Tell whether it was the platform that answered, and asks who is there."""
    asks = reply.status == 401 and not isinstance(reply.body, dict)
    return asks or (300 <= reply.status < 400 and "vercel.com/sso" in reply.headers.get("Location", ""))


def patiently(
    ask: Callable[[], Reply | str], clock: Callable[[], float], sleep: Callable[[float], None]
) -> Reply | str:
    """Ask until the answer is one that waiting would not change."""
    until = clock() + PATIENCE
    while True:
        reply = ask()
        if not isinstance(reply, str) and (reply.status == 200 or is_guarded(reply)):
            return reply
        if clock() >= until:
            return reply
        sleep(PAUSE)


def _client(url: str, monitor: Given) -> Client:
    secret = monitor.values.get("VERCEL_AUTOMATION_BYPASS_SECRET")
    return Client(url, {"User-Agent": "tandem-deploy"} | ({BYPASS: secret} if secret else {}))


def _get(client: Client, path: str) -> Reply | str:
    """Return an answer, or why there is none."""
    try:
        return client.get(path)
    except NoReply as error:
        return f"{client.base} gives no answer: {error}"
