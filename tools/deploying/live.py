"""Is what was deployed alive, and are its answers right? Asked as the monitor asks."""

import shlex
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from monitor import pins
from monitor.probe import Api
from monitor.probe.run import probe
from monitor.sample import State
from tools.client import Client, NoReply
from tools.deploying.environment import Given
from tools.deploying.finding import Finding, fault, ok, unchecked, warning
from tools.deploying.plan import API, MONITOR
from tools.deploying.waiting import Answer, in_words, is_guarded, patience, waited
from tools.progress import working
from tools.terminal import printable

PATIENCE = 60.0
"""Seconds until all of a deployment that is ready must answer: its address may be a moment late."""
CALL_SECONDS = 15.0
"""For one answer, which a cold start and a monitor's probe take less than."""
PROBE_SECONDS = 20.0
SENT = {"MAIN_API_KEY", "MAIN_API_METRICS_TOKEN", "VERCEL_AUTOMATION_BYPASS_SECRET"}
BYPASS = "x-vercel-protection-bypass"
GUARDED = (
    "asks for a login (Deployment Protection)",
    "watch the production domain, or set VERCEL_AUTOMATION_BYPASS_SECRET (docs/deploy.md)",
)
FOLDERS = {"API": API, "monitor": MONITOR}


def api_findings(url: str, goldens: Path, monitor: Given, wait: float = PATIENCE) -> Iterator[Finding]:
    """Yield whether an API lives, is ready and answers right; monitor: whose keys and tokens are used."""
    yield from _asked(url, monitor, "API", {"/livez": "alive", "/readyz": "ready"}, wait)
    values = monitor.values
    api = Api(
        url,
        values.get("MAIN_API_KEY") or None,
        values.get("MAIN_API_METRICS_TOKEN") or None,
        values.get("VERCEL_AUTOMATION_BYPASS_SECRET") or None,
    )
    with working(f"asking {url} for its known answers, for up to {PROBE_SECONDS:.0f} s"):
        sample = probe(api, pins.shipped(goldens), {}, remembers=False, total=PROBE_SECONDS).sample
    yield _answers(sample["state"], sample["reason"], monitor)


def _answers(state: State, reason: str, monitor: Given) -> Finding:
    said = f"{state}: {reason}"
    if unknown := sorted(SENT & monitor.hidden):
        said += f" (asked without {', '.join(unknown)}, whose value is hidden; the monitor has it)"
        return (ok if state == "up" else unchecked)("API answers", said)
    return {"up": ok, "degraded": warning, "down": fault}[state]("API answers", said)


def monitor_findings(url: str, monitor: Given, wait: float = PATIENCE) -> Iterator[Finding]:
    """Yield whether a monitor lives, and what it says of the API."""
    yield from _asked(url, monitor, "monitor", {"/livez": "alive"}, wait)
    with _client(url, monitor) as client:
        with working(f"asking {url}/api/status, which looks at the API, for up to {CALL_SECONDS:.0f} s"):
            reply = _get(client, "/api/status")
        yield _status(reply)


def _status(reply: Answer) -> Finding:
    about = "monitor /api/status"
    if isinstance(reply, str) or not (isinstance(reply.body, dict) and reply.status == 200):
        return fault(about, in_words(reply), _logs("monitor"))
    state, reason = reply.body.get("state"), reply.body.get("reason")
    said = f"{printable(state, 40)}: {printable(reason)}"
    if state == "up":
        return ok(about, said)
    return warning(about, said) if state in ("degraded", "unknown") else fault(about, said)


def _asked(url: str, monitor: Given, who: str, paths: Mapping[str, str], wait: float) -> Iterator[Finding]:
    most = patience(wait)
    with _client(url, monitor) as client:
        for path, word in paths.items():
            about, address = f"{who} {path}", f"{url}{path}"
            reply = waited(about, address, partial(_get, client, path), most)
            late = f"`curl -i {shlex.quote(address)}` tells whether it was only late; if not, {_logs(who)}"
            yield _judged(about, reply, word, wait, late)


def _judged(about: str, reply: Answer, word: str, wait: float, late: str) -> Finding:
    if not isinstance(reply, str):
        if reply.status == 200:
            return ok(about, f"{word}, in {reply.seconds * 1000:.0f} ms")
        if is_guarded(reply):
            return fault(about, *GUARDED)
    return fault(about, f"{in_words(reply)} (waited {wait:.0f} s)", late)


def _logs(who: str) -> str:
    return f"`(cd {FOLDERS[who]} && vercel logs)` tells why"


def _client(url: str, monitor: Given) -> Client:
    secret = monitor.values.get("VERCEL_AUTOMATION_BYPASS_SECRET")
    sent = {"User-Agent": "tandem-deploy"} | ({BYPASS: secret} if secret else {})
    return Client(url, sent, timeout=CALL_SECONDS)


def _get(client: Client, path: str) -> Answer:
    """Return an answer, or why there is none."""
    try:
        return client.get(path)
    except NoReply as error:
        return f"{client.base} gives no answer: {error}"
