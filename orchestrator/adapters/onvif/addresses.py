"""Addresses from devices: read, judged, and built anew on the approved origin.

Nothing a device says about where to connect is used as it stands. A service keeps its path and
nothing else; a stream keeps its port, path and query. A device behind NAT names an inner address of
its own: the approved one is asked instead, and the passport says so. Pure: strings in, strings out.
"""

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import SplitResult, urlsplit

from orchestrator.ports import Tls

_TARGET: Final = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]{0,1023}")
"""Path and query as RFC 3986 spells them: no space, no quote, no line break, no fragment."""

_STREAM_PORT: Final = 554


class UnsafeAddress(ValueError):
    """An address that cannot be used: another scheme, strange characters, no sense."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The one place a login goes to: an approved host and port, over TLS where ``tls`` says how."""

    host: str
    port: int
    tls: Tls | None = None

    def __str__(self) -> str:
        """Return ``host:port``, with brackets around an IPv6 address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def header(self) -> str:
        """Return what the Host header says: a zone is ours and means nothing to the camera."""
        return str(Origin(self.host.partition("%")[0], self.port))

    def url(self, target: str) -> str:
        """Return the address of a path on this origin."""
        return f"{'http' if self.tls is None else 'https'}://{self}{target}"


def safe_target(target: str) -> str:
    """Return a path with its query as it is; ``UnsafeAddress`` when it is not one."""
    if not _TARGET.fullmatch(target):
        raise UnsafeAddress("an address has a path with strange characters")
    return target


def service_target(xaddr: str) -> str:
    """Return the path of a service's XAddr, which is asked for at the approved origin.

    Host and port are not believed: cameras behind NAT or a port forward report their own.

    >>> service_target("http://192.168.1.64:8000/onvif/ptz")
    '/onvif/ptz'
    """
    return safe_target(_target(_split(xaddr, {"http", "https"})))


def is_at(address: str, host: str) -> bool:
    """Say whether an address of a service, stream or picture names this host, zone or no zone.

    >>> is_at("http://[fe80::1]/onvif/ptz", "fe80::1%eth0"), is_at("rtsp://10.0.0.8/a", "10.0.0.9")
    (True, False)
    """
    named = _split(address, {"http", "https", "rtsp"}).hostname or ""
    return named == host.lower().partition("%")[0]


def stream_uri(claimed: str, host: str) -> str:
    """Return a stream's address rebuilt on ``host``: no user info, no other scheme.

    >>> stream_uri("rtsp://user:pw@192.168.1.64/Streaming/101?x=1", "10.0.0.9")
    'rtsp://10.0.0.9:554/Streaming/101?x=1'
    """
    parts = _split(claimed, {"rtsp"})
    try:
        port = parts.port or _STREAM_PORT
    except ValueError as error:
        raise UnsafeAddress("a stream has an impossible port") from error
    return f"rtsp://{Origin(host, port)}{safe_target(_target(parts))}"


def snapshot_uri(claimed: str, approved: Origin) -> str:
    """Return a still picture's address rebuilt on the approved host: no user info, no other scheme.

    A camera that is spoken to over TLS is not asked for pictures without.

    >>> snapshot_uri("http://user:pw@192.168.1.64:81/pic.jpg?ch=1", Origin("10.0.0.9", 80))
    'http://10.0.0.9:81/pic.jpg?ch=1'
    """
    parts = _split(claimed, {"http", "https"} if approved.tls is None else {"https"})
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise UnsafeAddress("a snapshot has an impossible port") from error
    return f"{parts.scheme}://{Origin(approved.host, port)}{safe_target(_target(parts))}"


def fetchable(claimed: str, origin: Origin) -> tuple[Origin, str]:
    """Return where to fetch a still picture, and its path: on the approved host whatever is claimed.

    Only the approved origin itself is worth a login; another port of the host is another origin.
    One that is said to be on TLS where none is approved is looked for at the approved origin.

    >>> fetchable("http://user:pw@192.168.1.64/pic.jpg", Origin("10.0.0.9", 80))[0].url("/pic.jpg")
    'http://10.0.0.9:80/pic.jpg'
    """
    parts = urlsplit(snapshot_uri(claimed, origin))
    same_scheme = (parts.scheme == "https") == (origin.tls is not None)
    there = replace(origin, port=parts.port) if same_scheme and parts.port else origin
    return there, _target(parts)


def _split(address: str, schemes: set[str]) -> SplitResult:
    if not address.isascii() or not address.isprintable() or len(address) > 2048:
        raise UnsafeAddress("an address has strange characters")
    try:
        parts = urlsplit(address.strip())
    except ValueError as error:
        raise UnsafeAddress("an address cannot be read") from error
    if parts.scheme not in schemes or not parts.netloc:
        raise UnsafeAddress(f"an address is not {' or '.join(sorted(schemes))}")
    return parts


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path
