"""Read sealed JSON: a file that holds its own sha256, so that no byte of it can change unseen."""

import hashlib
import json
from typing import Any


class SealError(ValueError):
    """The file isn't what was written."""


def sha256(data: bytes) -> str:
    """Return the hex sha256 of data."""
    return hashlib.sha256(data).hexdigest()


def unseal(data: bytes) -> dict[str, Any]:
    """Return a sealed file's content without its seal; docs/bundle.md gives the form.

    Raises SealError.
    """
    try:
        sealed = json.loads(data, parse_constant=_refuse)
        written = json.dumps(sealed, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        content = {key: value for key, value in sealed.items() if key != "sha256"}
        compact = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        intact = data == written.encode() and sealed.get("sha256") == sha256(compact.encode())
    except (ValueError, AttributeError, RecursionError) as error:
        raise SealError("is not sealed JSON") from error
    if not intact:
        raise SealError("does not match its own sha256")
    return content


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")
