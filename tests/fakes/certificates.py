"""Certificates as cameras make them for themselves, and as a site's own authority signs them.

The standard library makes none, so ``openssl`` does; without it the tests that need one are
skipped, aloud.
"""

import hashlib
import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its key, as PEM files."""

    pem: Path
    key: Path

    @property
    def sha256(self) -> str:
        """Return the digest by which it is known."""
        der = ssl.PEM_cert_to_DER_cert(self.pem.read_text("ascii").split("-----END")[0] + _END)
        return hashlib.sha256(der).hexdigest()

    @property
    def context(self) -> ssl.SSLContext:
        """Return what a server needs to show it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        return context


_END = "-----END CERTIFICATE-----\n"


def self_made(folder: Path, name: str) -> Certificate:
    """Return a certificate that nobody vouches for and that names no address, as cameras have it."""
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    _openssl(
        *("req", "-x509", *_NEW_KEY, "-days", "30", "-subj", f"/CN={name}"),
        *("-keyout", str(made.key), "-out", str(made.pem)),
    )
    return made


def signed(folder: Path, name: str, authority: Certificate, host: str) -> Certificate:
    """Return a certificate for an IP address that an authority vouches for."""
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    _openssl(
        *("req", "-x509", *_NEW_KEY, "-days", "30", "-subj", f"/CN={name}"),
        *("-CA", str(authority.pem), "-CAkey", str(authority.key)),
        *("-addext", f"subjectAltName=IP:{host}", "-addext", "basicConstraints=critical,CA:FALSE"),
        *("-keyout", str(made.key), "-out", str(made.pem)),
    )
    return made


def _openssl(*arguments: str) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("this machine has no `openssl` to make a certificate with")
    subprocess.run([program, *arguments], check=True, capture_output=True)
