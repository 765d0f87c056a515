"""Tensors as bytes behind the JSON, as Triton's clients send them unless they are told not to."""

from typing import Any

import numpy as np

from mlapi.compat.inference.datatypes import REAL, WHOLE
from mlapi.problems import Refusal

HEADER = "Inference-Header-Content-Length"
_SIZE = 4  # Bytes of the length before each text.
_ELEMENTS = (
    {name: np.dtype(f"<{'u' if name[0] == 'U' else 'i'}{int(name.lstrip('UINT')) // 8}") for name in WHOLE}
    | {name: np.dtype(f"<f{int(name[2:]) // 8}") for name in REAL}
    | {"BOOL": np.dtype("?")}
)


class NotValues(ValueError):
    """The bytes are not so many values of their datatype."""


def split(body: bytes, length: str | None) -> tuple[bytes, bytes]:
    """Return a body's JSON and the bytes behind it; length: what HEADER says. Raises Refusal."""
    if length is None:
        return body, b""
    if not (length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= len(body)):
        raise Refusal(400, "bad-request", f"{HEADER} must be the number of the JSON's bytes in the body.")
    return body[: int(length)], body[int(length) :]


def decode(datatype: str, part: bytes, rows: int) -> list[Any]:
    """Return the values of a tensor. Raises NotValues."""
    if datatype == "BYTES":
        return _texts(part, rows)
    element = _ELEMENTS[datatype]
    if len(part) != rows * element.itemsize:
        raise NotValues
    values: list[Any] = np.frombuffer(part, element).tolist()
    return values


def _texts(part: bytes, rows: int) -> list[str]:
    """Return texts, each of which stands behind its length; of too many, no more than are needed to tell."""
    texts: list[str] = []
    at = 0
    while at < len(part) and len(texts) <= rows:
        start = at + _SIZE
        at = start + int.from_bytes(part[at:start], "little")
        try:
            texts.append(part[start:at].decode())
        except UnicodeDecodeError as error:
            raise NotValues from error
    if at != len(part) or len(texts) != rows:
        raise NotValues
    return texts
