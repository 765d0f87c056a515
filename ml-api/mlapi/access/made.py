"""The door as the settings want it."""

from mlapi.access.addresses import reader
from mlapi.access.door import Door
from mlapi.access.limiter import Limiter
from mlapi.access.windows import MemoryWindows, Windows
from mlapi.counters import Store
from mlapi.counters.breaker import Breaker
from mlapi.settings import Settings


def door(settings: Settings, store: Store, breaker: Breaker) -> Door:
    """Return it; calls are counted where the store is, if all instances share that, else in this process."""
    limits = settings.rate_limit
    limiter = Limiter(limits, _windows(settings, store, breaker)) if limits else None
    address = reader(trusts=bool(settings.trust_proxy), on_vercel=settings.on_vercel)
    return Door(settings.api_keys, limiter, address)


def _windows(settings: Settings, store: Store, breaker: Breaker) -> Windows:
    if not settings.redis_url:
        return MemoryWindows()
    # They are imported already where they count.
    from mlapi.access.redis_windows import RedisWindows
    from mlapi.counters.redis import RedisStore

    assert isinstance(store, RedisStore)
    return RedisWindows(store.pool, breaker)
