"""Who calls: keys, of which a deployment holds the hashes alone.

A key has 256 random bits (tools/make_key.py). Nobody guesses these, however fast a guess is checked: so one
SHA-256 is enough, where a password, which people choose, would need a slow hash with a salt.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from mlapi.counters.wire import to_bytes

NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PAIR = re.compile(rf"({NAME.pattern}):([0-9A-Fa-f]{{64}})")
_BEARER = re.compile("bearer +(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Key:
    """What is known of a key: whose it is, and its SHA-256."""

    name: str
    digest: bytes = field(repr=False)


def read_keys(value: str) -> tuple[Key, ...]:
    """Return the keys of name:sha256 pairs. Raises ValueError."""
    pairs = [_PAIR.fullmatch(part.strip()) for part in value.split(",")]
    keys = tuple(Key(pair[1], bytes.fromhex(pair[2])) for pair in pairs if pair)
    if len(keys) < len(pairs):
        raise ValueError("must be name:sha256 pairs with commas between, as tools/make_key.py prints them")
    if len({key.digest for key in keys}) < len(keys):
        raise ValueError("must be name:sha256 pairs of which no two hold the same key")
    return keys


def given(environ: Mapping[str, Any]) -> str:
    """Return the key that a request brings, or nothing."""
    return environ.get("HTTP_X_API_KEY") or bearer(environ.get("HTTP_AUTHORIZATION", ""))


def bearer(authorization: str) -> str:
    """Return the token of an Authorization header, or nothing where it has none."""
    found = _BEARER.fullmatch(authorization)
    return found[1] if found else ""


def holder(keys: Iterable[Key], key: str) -> str | None:
    """Return whose key it is, or None; all are compared, whichever it is."""
    digest, found = sha256(to_bytes(key)).digest(), None
    for known in keys:
        if hmac.compare_digest(digest, known.digest):
            found = known.name
    return found if key else None


def same(one: str, other: str) -> bool:
    """Return whether two texts are the same, in a time that doesn't tell how much of them is."""
    return hmac.compare_digest(to_bytes(one), to_bytes(other))
