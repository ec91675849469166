"""Stream addresses, taken apart and put together again so that nothing rides along.

A camera names the address of its own stream, so the address is hostile: only ``rtsp`` to the
approved host passes, without a login of its own, and only in characters that have no meaning to
a line of a request. What is opened is rebuilt from the parts that were checked.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from orchestrator.domain.camera import Transport
from orchestrator.errors import MediaError

LONGEST = 1024
_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/%?-]*")


@dataclass(frozen=True, slots=True)
class Way:
    """How a camera's stream is to come, and its web port, which is asked when that is by HTTP."""

    transport: Transport = Transport.TCP
    web_port: int = 80


@dataclass(frozen=True, slots=True)
class Address:
    """A stream's address without a login; ``path`` begins with a slash and holds the query."""

    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return host and port as a header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def uri(self) -> str:
        """Return the address as a request names it."""
        return f"rtsp://{self.authority}{self.path}"


def approved_address(uri: str, host: str) -> Address:
    """Return the parts of ``uri``; ``MediaError`` unless it is plain RTSP to ``host``.

    >>> approved_address("rtsp://10.0.0.5/live?profile=1", "10.0.0.5")
    Address(host='10.0.0.5', port=554, path='/live?profile=1')
    """
    if len(uri) > LONGEST:
        raise MediaError(f"the stream address is longer than {LONGEST} characters")
    try:
        parts = urlsplit(uri)
        port = parts.port or 554
    except ValueError as error:
        raise MediaError("the stream address cannot be read") from error
    _refuse_unless_plain(parts, host)
    query = f"?{parts.query}" if parts.query else ""
    return Address(host, port, f"{parts.path or '/'}{query}")


def _refuse_unless_plain(parts: SplitResult, host: str) -> None:
    """Raise ``MediaError`` for what an address of our camera never has."""
    if parts.scheme != "rtsp":
        raise MediaError("the stream address is not `rtsp://`; other schemes are not opened")
    if parts.username is not None or parts.password is not None:
        raise MediaError("the stream address carries a login of its own; it is not opened")
    if parts.hostname != host.lower():
        raise MediaError("the stream address names another host than the approved camera")
    if not _PLAIN.fullmatch(parts.path + parts.query) or parts.fragment:
        raise MediaError("the stream address holds characters that no address has")
