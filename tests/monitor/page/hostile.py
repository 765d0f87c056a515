"""Answers of an API that means harm."""

from typing import Any

HOSTILE = "<img src=x onerror=alert(1)>\"'</script><script>alert(1)</script>{{ 7 * 7 }}"


def hostile(given: Any) -> Any:
    """Return a value with every text in it spoiled, but for words and times that the monitor makes."""
    ours = {
        "state",
        "severity",
        "start",
        "end",
        "since",
        "checked_at",
        "finished_at",
        "tls_expires_at",
        "kind",
    }
    if isinstance(given, dict):
        return {key: each if key in ours else hostile(each) for key, each in given.items()}
    if isinstance(given, list):
        return [hostile(each) for each in given]
    return HOSTILE if isinstance(given, str) else given
