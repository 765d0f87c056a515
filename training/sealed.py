"""Sealed JSON: an object that holds its own sha256, in the one spelling that is accepted."""

import hashlib
import json
from typing import Any

from training.errors import TrainingError


class SealError(TrainingError):
    """The bytes are not a sealed object, or were changed after they were sealed."""


def sha256(data: bytes) -> str:
    """Return the sha256 of data in hex."""
    return hashlib.sha256(data).hexdigest()


def seal(content: dict[str, Any]) -> bytes:
    """Return content with its hash, as the bytes of a file."""
    return _spell(content | {"sha256": _hash(content)})


def unseal(data: bytes) -> dict[str, Any]:
    """Return what was sealed, without the hash; raise SealError if any byte was changed."""
    try:
        sealed = json.loads(data.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise SealError("not a sealed file: it is no JSON") from error
    if not isinstance(sealed, dict) or "sha256" not in sealed:
        raise SealError("not a sealed file: it holds no hash of itself")
    content = {key: value for key, value in sealed.items() if key != "sha256"}
    if not _is_intact(content, data):
        raise SealError("changed after it was sealed: its hash does not fit")
    return content


def _is_intact(content: dict[str, Any], data: bytes) -> bool:
    try:
        return seal(content) == data
    except ValueError:  # a lone surrogate, or a number that became infinite
        return False


def _hash(content: dict[str, Any]) -> str:
    compact = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return sha256(compact.encode())


def _spell(sealed: dict[str, Any]) -> bytes:
    text = json.dumps(sealed, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
