"""Where else to look, and what to paste into a README."""

_BADGES = {"status": "State", "uptime": "Uptime", "latency": "Response time"}


def badges(host_url: str) -> list[dict[str, str]]:
    """Return each badge's address and its Markdown, linked to this dashboard."""
    host = host_url.rstrip("/")
    return [
        {
            "label": label,
            "path": f"/api/badge/{name}.svg",
            "markdown": f"[![{label}]({host}/api/badge/{name}.svg)]({host}/)",
        }
        for name, label in _BADGES.items()
    ]


def pinger(host_url: str) -> str:
    """Return the address for a pinger: it answers 503 unless the API is up or degraded."""
    return f"{host_url.rstrip('/')}/api/status?fail=503"
