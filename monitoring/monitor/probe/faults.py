"""What can be wrong with a call: a word of a closed list, and a sentence that a person can act upon."""

from monitor.sample import Fault

KINDS = (
    "dns",
    "refused",
    "unreachable",
    "connect-timeout",
    "timeout",
    "tls",
    "redirect",
    "unauthorized",
    "not-found",
    "rate-limited",
    "server-error",
    "unexpected-status",
    "not-json",
    "cut-short",
    "too-large",
    "not-http",
    "wrong-shape",
)
UNREACHABLE = ("dns", "refused", "unreachable", "connect-timeout", "tls")
"""Those that say something of the address and nothing of a call."""


class Failed(Exception):
    """A call that failed. The sentence begins small and has no full stop, so that it fits into others."""

    def __init__(self, kind: str, says: str) -> None:
        super().__init__(says)
        assert kind in KINDS
        self.fault = Fault(kind=kind, says=says)


def seconds(value: float) -> str:
    """Return a time as people say it: 5, 0.3."""
    return f"{value:.1f}".removesuffix(".0")
