"""Where a call comes from, as far as it can be known: what is limited in place of a key.

A header that forwards an address was written by the caller, unless a proxy in front writes it anew. So it is
believed only where TRUST_PROXY says that there is one, and of a list only the last entry: the proxy's own.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, NamedTuple

UNKNOWN = "unknown"
LONGEST = 60  # Of an IPv6 address with brackets, zone and port; what is longer is none.
NETWORK = 64  # Bits: what one household or one server has of IPv6.
PLATFORM = ("HTTP_X_VERCEL_FORWARDED_FOR", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")
PROXY = ("HTTP_X_FORWARDED_FOR",)

Environ = Mapping[str, Any]


def reader(*, trusts: bool, on_vercel: bool) -> Callable[[Environ], str]:
    """Return what tells where a request comes from: an IPv4 address, an IPv6 network, or UNKNOWN."""
    said = _on_vercel if on_vercel else _behind_proxy if trusts else _directly
    if on_vercel and not trusts:
        return lambda _: UNKNOWN  # The peer is the platform itself.
    return lambda environ: next(filter(None, map(network, said(environ))), UNKNOWN)


def _directly(environ: Environ) -> Iterator[str | None]:
    yield environ.get("REMOTE_ADDR")


def _behind_proxy(environ: Environ) -> Iterator[str | None]:
    yield from map(environ.get, PROXY)
    yield from _directly(environ)


def _on_vercel(environ: Environ) -> Iterator[str | None]:
    """Yield what the platform says.

    Its runtime takes REMOTE_ADDR from X-Forwarded-For by its very name, and the platform writes that header
    anew. Among a WSGI environment's headers X_Forwarded_For, which it may let pass, is the same one. So
    REMOTE_ADDR is asked first, unless one day it holds an address from within the platform.
    """
    peer = environ.get("REMOTE_ADDR")
    place = _place(peer)
    if place and not place.is_inside:
        yield peer
    yield from map(environ.get, PLATFORM)
    yield peer


class Place(NamedTuple):
    """What is limited as one, and whether it can't be somewhere on the internet."""

    network: str
    is_inside: bool


def network(said: str | None) -> str | None:
    """Return what is limited as one: an IPv4 address, or the first 64 bits of IPv6; None for neither."""
    place = _place(said)
    return place.network if place else None


def _place(said: str | None) -> Place | None:
    """Return where the last address of a list is."""
    last = (said or "").rpartition(",")[2].strip()
    return _read(last) if len(last) <= LONGEST else None


@lru_cache(1024)
def _read(said: str) -> Place | None:
    """Return where an address is, which may have a port, as some proxies write it."""
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        address = ip_address(said)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    is_inside = address.is_loopback or address.is_private or address.is_link_local
    if isinstance(address, IPv4Address):
        return Place(str(address), is_inside)
    first = IPv6Address(int(address) >> (128 - NETWORK) << (128 - NETWORK))
    return Place(f"{first}/{NETWORK}", is_inside)
