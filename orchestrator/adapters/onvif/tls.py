"""Certificates of cameras: which one an address shows, and how a connection insists on one.

Most cameras make their own certificate, which no authority vouches for, and their certificate
names no address. So the one they show when they are approved is pinned, by its SHA-256; where a
site names authorities of its own, what those vouch for is taken instead, by name and by date. In
neither case is a connection without verification ever written to.
"""

import asyncio
import hashlib
import ssl
from pathlib import Path
from typing import Final

from orchestrator.adapters.onvif.asked import Asked
from orchestrator.errors import (
    AuthorError,
    CameraError,
    CameraTimeout,
    Finding,
    TlsFailed,
    Unreachable,
)
from orchestrator.ports import Shown

_HANDSHAKE_S: Final = 5.0
_OPERATION: Final = "TLS handshake"


def _looking() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


LOOKING: Final = _looking()
"""Has any certificate shown; nothing is written before that one is known."""


def authorities_in(folder: Path, named: str | None) -> Path | None:
    """Return the file of authorities that a site in this folder names, if it names one."""
    return None if named is None else folder / named


def trusting(authorities: Path | None) -> ssl.SSLContext:
    """Return what verifies by these authorities only, by name and by date; by none it refuses all.

    ``AuthorError`` when the file holds no certificates.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authorities is not None:
        try:
            context.load_verify_locations(cafile=authorities)
        except (OSError, ssl.SSLError) as error:
            message = f"the certificates of authorities cannot be read: {error.strerror or error}"
            hint = "one PEM file with `-----BEGIN CERTIFICATE-----` blocks"
            raise AuthorError([Finding(str(authorities), 1, 1, message, hint)]) from error
    return context


async def shown(host: str, port: int, trust: ssl.SSLContext, *, camera: str) -> Shown:
    """Return which certificate an address shows; a handshake is made, and nothing said."""
    asked = Asked.named(camera, _OPERATION)
    try:
        async with asyncio.timeout(_HANDSHAKE_S):
            try:
                return Shown(await _handshake(host, port, trust), vouched=True)
            except ssl.SSLCertVerificationError:
                return Shown(await _handshake(host, port, LOOKING), vouched=False)
    except TimeoutError as error:
        raise asked.error(CameraTimeout, f"no TLS within {_HANDSHAKE_S:g} s") from error
    except (ssl.SSLError, ConnectionResetError) as error:
        raise tls_failed(error, asked) from error
    except OSError as error:
        raise asked.error(Unreachable, f"no connection to {host} port {port}") from error


def tls_failed(error: OSError, asked: Asked) -> CameraError:
    """Return what a failed handshake means to people."""
    said = error.reason if isinstance(error, ssl.SSLError) and error.reason else "it hung up"
    said = said.replace("_", " ").lower()
    return asked.error(TlsFailed, f"no secure connection: {said}")


async def _handshake(host: str, port: int, context: ssl.SSLContext) -> str:
    _, writer = await asyncio.open_connection(
        host, port, ssl=context, server_hostname=host.partition("%")[0]
    )
    try:
        der: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return hashlib.sha256(der).hexdigest()
    finally:
        writer.transport.abort()
