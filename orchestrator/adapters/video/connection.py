"""One TCP connection to a camera, which carries RTSP and the packets of the stream among it.

A peer that says nothing is given up, and one that says a thing so slowly that it is not whole in
time. Only the address that was approved is ever connected to.
"""

import socket
import struct
import time

from orchestrator.adapters.video.reading import Answer, Interleaved, Reading
from orchestrator.adapters.video.waiting import SILENCE_S, Waiting, silent
from orchestrator.errors import MediaError

_CHUNK_BYTES = 64 << 10
_TIMEVAL = struct.pack("@ll", int(SILENCE_S), round(SILENCE_S % 1 * 1_000_000))


def dialled(host: str, port: int) -> socket.socket:
    """Return a connection to a camera; ``MediaError`` when there is none.

    The kernel minds the time of sending from then on: with ``settimeout`` every call would be two.
    """
    try:
        peer = socket.create_connection((host, port), timeout=SILENCE_S)
        peer.settimeout(None)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TIMEVAL)
    except TimeoutError as error:
        raise silent() from error
    except OSError as error:
        raise MediaError(f"the camera's stream cannot be reached: {error.strerror}") from error
    return peer


class Connection:
    """Reads and writes on a connected socket (a ``Carrier``); all of it may raise ``MediaError``."""

    offer = "RTP/AVP/TCP;unicast;interleaved=0-1"

    def __init__(
        self, peer: socket.socket, waiting: Waiting, reading: Reading | None = None
    ) -> None:
        """Keep the socket; ``reading`` is what was read of it already."""
        self._peer = peer
        self._waiting = waiting
        self._reading = reading or Reading()
        waiting.add(peer)

    def close(self) -> None:
        """Hang up."""
        self._peer.close()

    def send(self, data: bytes) -> None:
        """Send a request."""
        try:
            self._peer.sendall(data)
        except OSError as error:
            raise MediaError("the camera hung up") from error

    def agreed(self, transport: str) -> None:
        """Take what the camera says of how it sends: here all of it is as it was asked."""

    def next(self, until_s: float | None = None) -> Answer | Interleaved:
        """Return what arrives next; it has to be whole at ``until_s``, or soon."""
        while (arrived := self._reading.taken()) is None:
            until_s = until_s or time.monotonic() + SILENCE_S
            if not self._waiting.ready(until_s):
                raise silent()
            self._reading.feed(received(self._peer))
        return arrived


def received(peer: socket.socket) -> bytes:
    """Return what a connection that can be read holds; ``MediaError`` at its end."""
    try:
        data = peer.recv(_CHUNK_BYTES)
    except OSError as error:
        raise MediaError("the camera hung up") from error
    if not data:
        raise MediaError("the camera ended the stream")
    return data
