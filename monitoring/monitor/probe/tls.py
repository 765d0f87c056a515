"""TLS: certificates are verified always, and what is wrong with one is said in words."""

import functools
import ssl
import time
from datetime import UTC, datetime
from typing import Literal, cast

import certifi

from monitor.probe.faults import Failed
from monitor.probe.plain import plain
from monitor.probe.sockets import DeadlineSocket, DeadlineTlsSocket, left

Verify = Literal[True] | str
"""True: by the certificate authorities that certifi lists; a text: by those in that file."""

_EXPIRED = 10
_MISMATCH = (62, 64)
_REASONS = {
    9: "the certificate is not valid yet",
    18: "the certificate is self-signed: no authority vouches for it",
    19: "the certificate's chain ends in a self-signed one that no known authority vouches for",
    20: "the certificate's issuer is not known, or the chain is incomplete",
    21: "the certificate's issuer is not known, or the chain is incomplete",
}
# OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which the ssl module has no name for.
_ANY_TIME = 0x200000


def secured(plainly: DeadlineSocket, host: str, until: float, verify: Verify) -> DeadlineTlsSocket:
    """Return a connection after its handshake; the one that was given is used up.

    Raises ssl.SSLCertVerificationError where the certificate can't be trusted (`distrusted` says why),
    TimeoutError, and Failed for everything else.
    """
    return _shaken(plainly, host, until, _context(verify))


def expires_at(connection: DeadlineTlsSocket) -> float | None:
    """Return when a verified peer's certificate expires, in seconds since the epoch."""
    certificate = connection.getpeercert()
    ends = certificate.get("notAfter") if certificate else None
    return float(ssl.cert_time_to_seconds(ends)) if isinstance(ends, str) else None


def expired_at(plainly: DeadlineSocket, host: str, until: float, verify: Verify) -> float | None:
    """Return when an expired certificate expired: it is verified in all but the time, and nothing is sent."""
    try:
        with _shaken(plainly, host, until, _context(verify, any_time=True)) as connection:
            return expires_at(connection)
    except (OSError, Failed):
        return None


def distrusted(error: ssl.SSLCertVerificationError, host: str, ended: float | None) -> Failed:
    """Return why a certificate is not trusted."""
    if error.verify_code == _EXPIRED:
        return Failed("tls", _expired(ended))
    if error.verify_code in _MISMATCH:
        return Failed("tls", f"the certificate is for another name than {plain(host)}")
    known = _REASONS.get(error.verify_code)
    return Failed("tls", known or f"the certificate is not trusted ({plain(error.verify_message, 80)})")


def is_expired(error: ssl.SSLCertVerificationError) -> bool:
    """Tell whether a certificate is refused because its time is over."""
    return bool(error.verify_code == _EXPIRED)


def _expired(ended: float | None) -> str:
    if ended is None or ended > time.time():  # Then it is another one of its chain.
        return "the certificate, or one that it rests on, has expired"
    return f"the certificate expired on {datetime.fromtimestamp(ended, UTC):%Y-%m-%d}"


def _shaken(plainly: DeadlineSocket, host: str, until: float, context: ssl.SSLContext) -> DeadlineTlsSocket:
    try:
        with plainly:  # A socket that was wrapped is empty, and closing it does nothing.
            wrapped = context.wrap_socket(plainly, server_hostname=host, do_handshake_on_connect=False)
        return _handshake(cast(DeadlineTlsSocket, wrapped), until)
    except (ssl.SSLCertVerificationError, TimeoutError):
        raise
    except OSError as error:
        raise _failed(error) from error


def _handshake(connection: DeadlineTlsSocket, until: float) -> DeadlineTlsSocket:
    try:
        connection.settimeout(left(until))
        connection.do_handshake()
    except OSError:
        connection.close()
        raise
    return connection


def _failed(error: OSError) -> Failed:
    reason = error.reason if isinstance(error, ssl.SSLError) else None
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"):
        return Failed("tls", "what answers there speaks no TLS: should MAIN_API_URL begin with http://?")
    why = reason.lower().replace("_", " ") if reason else "the connection was closed"
    return Failed("tls", f"the TLS handshake failed ({plain(why, 80)})")


@functools.cache
def _context(verify: Verify, *, any_time: bool = False) -> ssl.SSLContext:
    # Reading the authorities takes 20 ms, so once per process.
    context = ssl.create_default_context(cafile=certifi.where() if verify is True else verify)
    context.sslsocket_class = DeadlineTlsSocket
    context.set_alpn_protocols(["http/1.1"])
    if any_time:
        context.verify_flags |= _ANY_TIME
    return context
