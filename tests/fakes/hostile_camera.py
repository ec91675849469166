"""A device on a raw socket that answers whatever a test wants, and remembers all it was sent."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tests.fakes.onvif_site import own_address

Answer = bytes | AsyncIterator[bytes]
Script = Callable[[str, bytes], Answer]
"""From an operation's name and the whole request to raw bytes of HTTP."""

_NAMESPACES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
    ' xmlns:trt="http://www.onvif.org/ver10/media/wsdl"'
    ' xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl"'
    ' xmlns:tt="http://www.onvif.org/ver10/schema"'
    ' xmlns:ter="http://www.onvif.org/ver10/error"'
)


_HANDSHAKE = b"\x16"
"""The first byte of TLS."""


class HostileCamera:
    """Listens on its own loopback address while entered."""

    def __init__(self, script: Script) -> None:
        """Keep what it answers."""
        self.host = own_address()
        self.port = 0
        self.requests: list[bytes] = []
        self.connections = 0
        self._script = script
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._talk, self.host, 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up on everybody."""
        assert self._server is not None
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self.connections += 1
        try:
            while await self._answered(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has hung up, or the test is over
        finally:
            self._talks.discard(task)
            writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        first = await reader.readexactly(1)
        if first == _HANDSHAKE:  # a server of plain HTTP does not wait for the end of it
            return False
        head = first + await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        body = await reader.readexactly(int(length.group(1)) if length else 0)
        self.requests.append(head + body)
        answer = self._script(operation_in(body), head + body)
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
            return b"Connection: close" not in answer and answer != b""
        async for piece in answer:
            writer.write(piece)
            await writer.drain()
        return False


def operation_in(body: bytes) -> str:
    """Return the name of the first element in the SOAP body."""
    found = re.search(rb"Body>\s*<(?:\w+:)?(\w+)", body)
    return found.group(1).decode() if found else ""


def http(body: bytes, status: int = 200, headers: Iterable[str] = ()) -> bytes:
    """Return an HTTP response."""
    lines = [
        f"HTTP/1.1 {status} Whatever",
        "Content-Type: application/soap+xml",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def soap(inside: str, status: int = 200, headers: Iterable[str] = ()) -> bytes:
    """Return an HTTP response with a SOAP envelope."""
    body = f"<s:Envelope {_NAMESPACES}><s:Body>{inside}</s:Body></s:Envelope>"
    return http(body.encode(), status, headers)


def fault(
    *codes: str, status: int = 400, headers: Iterable[str] = (), reason: str = "because"
) -> bytes:
    """Return a SOAP fault with nested codes, the most general first."""
    inside = ""
    for code in reversed(codes[1:]):
        inside = f"<s:Subcode><s:Value>{code}</s:Value>{inside}</s:Subcode>"
    return soap(
        f"<s:Fault><s:Code><s:Value>{codes[0]}</s:Value>{inside}</s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{reason}</s:Text></s:Reason></s:Fault>',
        status,
        headers,
    )


def the_time() -> bytes:
    """Return an honest answer to GetSystemDateAndTime."""
    now = datetime.now(UTC)
    return soap(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        "<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
        f"<tt:UTCDateTime><tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}"
        f"</tt:Minute><tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}"
        f"</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>"
        "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def the_identity(serial: str = "SIM-1") -> bytes:
    """Return an honest answer to GetDeviceInformation."""
    return soap(
        "<tds:GetDeviceInformationResponse><tds:Manufacturer>M</tds:Manufacturer>"
        "<tds:Model>X</tds:Model><tds:FirmwareVersion>1</tds:FirmwareVersion>"
        f"<tds:SerialNumber>{serial}</tds:SerialNumber><tds:HardwareId>h</tds:HardwareId>"
        "</tds:GetDeviceInformationResponse>"
    )


def honest(operation: str, request: bytes) -> bytes:
    """Answer the first questions honestly and none of the others."""
    if operation == "GetSystemDateAndTime":
        return the_time()
    if operation == "GetDeviceInformation":
        return the_identity()
    if operation == "GetServices":
        return soap("<tds:GetServicesResponse/>")
    return fault("s:Receiver", "ter:ActionNotSupported", status=500)
