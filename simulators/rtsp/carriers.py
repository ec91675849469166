"""The ways packets reach a watcher: inside the RTSP connection, or as datagrams beside it."""

import asyncio
import random
import struct
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any, Protocol

_MAX_WAITING_BYTES = 512 * 1024


class Way(Protocol):
    """Where a connection is written to, whatever it goes through."""

    @property
    def transport(self) -> asyncio.WriteTransport:
        """Return what is beneath it."""
        ...

    def write(self, data: bytes) -> None:
        """Write; never blocks."""
        ...

    async def drain(self) -> None:
        """Wait until there is room again."""
        ...

    def get_extra_info(self, name: str) -> Any:
        """Return what is known of the connection."""
        ...

    def close(self) -> None:
        """Hang up once everything is sent."""
        ...


class Carrier(Protocol):
    """Takes packets; never blocks."""

    @property
    def transport(self) -> str:
        """Return the ``Transport`` header that describes it."""
        ...

    @property
    def crowded(self) -> bool:
        """Return whether the watcher is too slow to be sent another picture."""
        ...

    def rtp(self, packets: Iterable[bytes]) -> None:
        """Send the packets of one picture."""
        ...

    def rtcp(self, packet: bytes) -> None:
        """Send a report."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class Interleaved:
    """Packets inside the RTSP connection (RFC 2326 section 10.12)."""

    def __init__(self, writer: Way, channels: tuple[int, int]) -> None:
        """Keep the connection and the channels of RTP and RTCP."""
        self._writer = writer
        self._channels = channels

    @property
    def transport(self) -> str:
        """Return the ``Transport`` header that describes it."""
        return "RTP/AVP/TCP;unicast;interleaved={}-{}".format(*self._channels)

    @property
    def crowded(self) -> bool:
        """Return whether half a megabyte waits to be read."""
        return self._writer.transport.get_write_buffer_size() > _MAX_WAITING_BYTES

    def rtp(self, packets: Iterable[bytes]) -> None:
        """Send the packets of one picture, in one piece: a system call costs more than a copy."""
        self._writer.write(b"".join(_framed(self._channels[0], packet) for packet in packets))

    def rtcp(self, packet: bytes) -> None:
        """Send a report."""
        self._writer.write(_framed(self._channels[1], packet))

    def close(self) -> None:
        """Leave the connection to its owner."""


def _framed(channel: int, packet: bytes) -> bytes:
    return struct.pack("!cBH", b"$", channel, len(packet)) + packet


class _Ear(asyncio.DatagramProtocol):
    """Hears the watcher's receiver reports, which keep its session alive."""

    def __init__(self, heard: Callable[[], None]) -> None:
        self._heard = heard

    def datagram_received(self, _data: bytes, _address: tuple[str, int]) -> None:
        self._heard()


class Datagrams:
    """RTP and RTCP on two UDP ports of the camera."""

    def __init__(
        self,
        media: asyncio.DatagramTransport,
        reports: asyncio.DatagramTransport,
        ports: tuple[int, int],
        client: tuple[str, int, int],
    ) -> None:
        """Keep the two sockets, their ports, and the client's host and ports."""
        self._media = media
        self._reports = reports
        self._ports = ports
        self._client = client

    @property
    def transport(self) -> str:
        """Return the ``Transport`` header that describes it."""
        _, rtp, rtcp = self._client
        return "RTP/AVP;unicast;client_port={}-{};server_port={}-{}".format(rtp, rtcp, *self._ports)

    @property
    def crowded(self) -> bool:
        """Return False: the network drops what it cannot take."""
        return False

    def rtp(self, packets: Iterable[bytes]) -> None:
        """Send the packets of one picture."""
        for packet in packets:
            self._media.sendto(packet, self._client[:2])

    def rtcp(self, packet: bytes) -> None:
        """Send a report."""
        self._reports.sendto(packet, (self._client[0], self._client[2]))

    def close(self) -> None:
        """Close both sockets."""
        self._media.abort()
        self._reports.abort()


async def datagrams(
    host: str, client: tuple[str, int, int], heard: Callable[[], None]
) -> Datagrams:
    """Return a carrier on a free even port of ``host`` and the odd one above."""
    loop = asyncio.get_running_loop()
    for _ in range(20):
        port = 2 * random.randrange(20_000, 30_000)
        with ExitStack() as undo:
            try:
                media, _ = await loop.create_datagram_endpoint(
                    lambda: _Ear(heard), local_addr=(host, port)
                )
                undo.callback(media.abort)
                reports, _ = await loop.create_datagram_endpoint(
                    lambda: _Ear(heard), local_addr=(host, port + 1)
                )
            except OSError:
                continue
            undo.pop_all()
            return Datagrams(media, reports, (port, port + 1), client)
    raise OSError(f"no free pair of ports at {host}")
