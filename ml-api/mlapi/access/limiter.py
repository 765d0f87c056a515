"""How often a caller may call: counted, told in every answer, refused beyond."""

import time
from collections.abc import Callable, Sequence
from math import ceil

from mlapi.access.limits import Limit
from mlapi.access.windows import Window, Windows, window
from mlapi.problems import Refusal

Headers = tuple[tuple[str, str], ...]


class Limiter:
    """The limits of every caller.

    The headers are those of draft-ietf-httpapi-ratelimit-headers-10: RateLimit-Policy says what is allowed,
    RateLimit what remains of it (r) and in how many seconds it begins anew (t).
    """

    def __init__(
        self, limits: Sequence[Limit], windows: Windows, now: Callable[[], float] = time.time
    ) -> None:
        self._limits = limits
        self._windows = windows
        self._now = now
        policy = ", ".join(f'"{limit.name}";q={limit.calls};w={limit.seconds}' for limit in limits)
        self._policy = ("RateLimit-Policy", policy)

    def __call__(self, caller: str) -> Headers:
        """Count a call and return what its answer says of it.

        Raises Refusal 429. A refused call counts, too.
        """
        now = self._now()
        windows = [window(limit, caller, now) for limit in self._limits]
        counts = self._windows.hit(windows)
        headers = (self._policy, ("RateLimit", ", ".join(map(_remaining, windows, counts))))
        full = [each for each, count in zip(windows, counts, strict=True) if count > each.limit.calls]
        if full:
            raise _refusal(full, headers)
        return headers


def _remaining(each: Window, count: int) -> str:
    return f'"{each.limit.name}";r={max(0, each.limit.calls - count)};t={ceil(each.left)}'


def _refusal(full: Sequence[Window], headers: Headers) -> Refusal:
    last = max(full, key=lambda each: each.left)
    calls, seconds, wait = last.limit.calls, last.limit.seconds, max(1, ceil(last.left))
    said = f"More than {calls} calls in {seconds} s: ask again in {wait} s."
    return Refusal(429, "rate-limited", said, headers={"Retry-After": str(wait), **dict(headers)})
