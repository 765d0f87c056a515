"""Certificates for loopback, made by openssl, as good or as bad as a test wants."""

import ssl
import subprocess
from pathlib import Path

_EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_AUTHORITY = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")


class Authority:
    """A certificate authority in a folder; `file` is what to trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "ca.pem"
        _openssl(
            "req",
            "-x509",
            *_EC,
            "-keyout",
            folder / "ca.key",
            "-out",
            self.file,
            "-subj",
            "/CN=CA",
            *_AUTHORITY,
        )

    def context(self, name: str = "IP:127.0.0.1", days: int = 30) -> ssl.SSLContext:
        """Return a server's TLS with a certificate for a name, valid for so many days, -1 being over."""
        key, request, certificate, extensions = (
            self.folder / f"leaf.{end}" for end in ("key", "csr", "pem", "cnf")
        )
        extensions.write_text(f"subjectAltName={name}\n")
        _openssl("req", *_EC, "-keyout", key, "-out", request, "-subj", "/CN=leaf")
        signed = (
            "-CA",
            self.file,
            "-CAkey",
            self.folder / "ca.key",
            "-CAcreateserial",
            "-extfile",
            extensions,
        )
        _openssl("x509", "-req", "-in", request, *signed, "-days", days, "-out", certificate)
        return _server(certificate, key)

    def self_signed(self) -> ssl.SSLContext:
        """Return a server's TLS with a certificate that it signed itself."""
        key, certificate = self.folder / "self.key", self.folder / "self.pem"
        name = ("-subj", "/CN=self", "-addext", "subjectAltName=IP:127.0.0.1")
        _openssl("req", "-x509", *_EC, "-keyout", key, "-out", certificate, *name)
        return _server(certificate, key)


def _server(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
