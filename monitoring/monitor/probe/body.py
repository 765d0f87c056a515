"""A body, read to its end and never beyond what a probe can use, also when it unpacks to more."""

import zlib

from urllib3 import BaseHTTPResponse

from monitor.probe.faults import Failed

MOST = 2_000_000
_PART = 65_536
_GZIP = 31  # zlib's window bits for "gzip, with its header".


def read_body(raw: BaseHTTPResponse) -> bytes:
    """Return a response's whole body, unpacked. Raises Failed; what the connection raises goes through."""
    declared = raw.headers.get("Content-Length", "")
    if declared.isascii() and declared.isdecimal() and (len(declared) > 20 or int(declared) > MOST):
        raise _too_large()
    packed = _read(raw)
    encoding = raw.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        return packed
    if encoding in ("gzip", "x-gzip"):
        return _unpacked(packed)
    raise Failed("not-json", "its answer is packed in a way that was not asked for")


def _read(raw: BaseHTTPResponse) -> bytes:
    parts, size = [], 0
    while part := raw.read(_PART, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > MOST:
            raise _too_large()
    return b"".join(parts)


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        body = unpacker.decompress(packed, MOST + 1)
    except zlib.error as error:
        raise Failed("not-json", "its answer says that it is gzip and is not") from error
    if len(body) > MOST:
        raise _too_large()
    if not unpacker.eof:
        raise Failed("cut-short", "its answer broke off")
    return body


def _too_large() -> Failed:
    return Failed("too-large", f"its answer is larger than {MOST // 1_000_000} MB")
