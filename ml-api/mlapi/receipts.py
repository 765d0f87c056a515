"""Receipts: signed answers that come back with the truth, so that no prediction need be stored.

A token is `1.` and the URL-safe base64 of a JSON list with its HMAC-SHA256. It has one spelling, is no secret
(whoever holds it can read it), and only who knows the secret can make one.
"""

import base64
import hmac
import json
import secrets as randomness
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

Prediction = float | str | int | bool

GOOD_FOR = 30 * 24 * 3600
"""Seconds."""
AHEAD = 300  # Seconds by which another instance's clock may be ahead of this one's.
LONGEST = 5_000  # Characters; a label of 200 that are all escaped takes 3,400.
PREFIX = "1."  # The format: another one gets another number.
_ID_BYTES = 16
_MAC_BYTES = 32
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_PURPOSE = b"tandem receipt 1\n"  # So that what the same secret signs elsewhere is no receipt.


class BadReceipt(ValueError):
    """No receipt of this API; how it differs from one is not told."""

    def __init__(self) -> None:
        super().__init__("is no receipt of this API")


class ExpiredReceipt(ValueError):
    """A true receipt, too old to be counted."""

    def __init__(self) -> None:
        super().__init__("is of an answer that is older than 30 days")


@dataclass(frozen=True)
class Receipt:
    """An earlier answer. issued_at: Unix seconds; prediction: a number, or a class with its own type."""

    id: str
    model: str
    version: str
    prediction: Prediction
    issued_at: int

    @property
    def day(self) -> str:
        """Return the UTC day of the answer, YYYY-MM-DD."""
        return datetime.fromtimestamp(self.issued_at, UTC).date().isoformat()


def issue(
    secrets: Sequence[str],
    *,
    model: str,
    version: str,
    prediction: Prediction,
    now: float,
    id: str | None = None,
) -> str:
    """Return the token of an answer, signed with the first secret; its id is 128 random bits unless given.

    Raises ValueError for what could not be read back: a number that is not finite, or too long a label.
    """
    said = [id or randomness.token_urlsafe(_ID_BYTES), model, version, prediction, int(now)]
    payload = _JSON.encode(said).encode()
    token = _spelled(payload + _mac(secrets[0], payload))
    if len(token) > LONGEST:
        raise ValueError("is too long for a receipt")
    return token


def read(secrets: Sequence[str], token: str, now: float) -> Receipt:
    """Return what a token says, if one of the secrets signed it. Raises BadReceipt or ExpiredReceipt."""
    receipt = Receipt(*json.loads(_verified(secrets, token)))
    age = now - receipt.issued_at
    if age < -AHEAD:
        raise BadReceipt
    if age > GOOD_FOR:
        raise ExpiredReceipt
    return receipt


def _verified(secrets: Sequence[str], token: str) -> bytes:
    """Return the signed bytes; nothing looks into them before."""
    signed = _bytes(token)
    payload, mac = signed[:-_MAC_BYTES], signed[-_MAC_BYTES:]
    # All secrets are tried, so that the time it takes does not tell which one it was.
    matches = [hmac.compare_digest(_mac(secret, payload), mac) for secret in secrets]
    if not any(matches):
        raise BadReceipt
    return payload


def _bytes(token: str) -> bytes:
    if len(token) > LONGEST:
        raise BadReceipt
    try:
        signed = base64.urlsafe_b64decode(token.removeprefix(PREFIX) + "==")
    except ValueError as error:
        raise BadReceipt from error
    # The decoder skips foreign characters and takes loose last bits: then the token is another's spelling.
    if _spelled(signed) != token:
        raise BadReceipt
    return signed


def _spelled(signed: bytes) -> str:
    return PREFIX + base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def _mac(secret: str, payload: bytes) -> bytes:
    mac = _begun(secret).copy()
    mac.update(payload)
    return mac.digest()


@lru_cache
def _begun(secret: str) -> hmac.HMAC:
    """Return what every signature begins with; OpenSSL takes twice as long to begin as to end one."""
    return hmac.new(secret.encode(), _PURPOSE, "sha256")
