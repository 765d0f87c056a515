"""Watches several APIs in a process of its own, and prints whom that process called: one JSON line for each.

The interpreter's own audit hook tells: nothing that is written in Python gets past it, nor can it be undone.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

called: list[list[str]] = []
ADDRESSED = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
STARTED = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
PATHS = (
    "",
    "api/dashboard",
    "api/status",
    "api/check",
    "api/live",
    "api/metrics",
    "api/history",
    "api/incidents",
)


def note(event: str, details: tuple[Any, ...]) -> None:
    """Keep who is called or looked up, what program is started, and whether a file of passwords is read."""
    if event in ADDRESSED:
        target = details[1] if event in ("socket.connect", "socket.sendto") else details
        called.append([event, *map(str, target[:2])])
    elif event in STARTED or (event == "open" and str(details[0]).endswith(".netrc")):
        called.append([event, str(details[0])])


SECRETS = {
    "MAIN_API_KEY": "the-key",
    "MAIN_API_METRICS_TOKEN": "the-token",
    "VERCEL_AUTOMATION_BYPASS_SECRET": "the-bypass",
    "CRON_SECRET": "the-cron-secret",
}


def watch(url: str, kept: Path) -> list[str]:
    """Visit every page of a monitor of one API, which probes twice; return the states that it told."""
    from monitor.app import create_app
    from monitor.settings import from_env

    goldens = kept.with_suffix(".json")
    goldens.write_text("{}")
    settings = from_env({"MAIN_API_URL": url, "HISTORY_PATH": str(kept), **SECRETS})
    client = create_app(replace(settings, goldens=goldens)).test_client()
    states = []
    for _ in range(2):
        for path in PATHS:
            answer = client.get(f"/{path}", headers={"Authorization": f"Bearer {SECRETS['CRON_SECRET']}"})
            assert answer.status_code == 200, (path, answer.status_code)
            answer.close()
        states.append(client.get("/api/status").get_json()["state"])
    return states


def main(folder: str, urls: list[str]) -> None:
    """Watch each API."""
    sys.addaudithook(note)
    for at, url in enumerate(urls):
        called.clear()
        states = watch(url, Path(folder) / f"{at}.db")
        print(json.dumps({"url": url, "states": states, "called": called}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
