"""One TCP connection to a camera: RTSP answers and interleaved packets, told apart and bounded.

Everything that arrives is hostile: lines, headers, bodies and packets have a largest size, and a
peer that says nothing is given up. Only the address that was approved is ever connected to.
"""

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from orchestrator.errors import MediaError

SILENCE_S = 4.5
LARGEST_HEAD_BYTES = 16 << 10
LARGEST_BODY_BYTES = 64 << 10
_CHUNK_BYTES = 64 << 10
_TIMEVAL = struct.pack("@ll", int(SILENCE_S), round(SILENCE_S % 1 * 1_000_000))


@dataclass(frozen=True, slots=True)
class Answer:
    """A camera's answer to a request; header names are in small letters."""

    status: int
    headers: Mapping[str, tuple[str, ...]]
    body: bytes

    def header(self, name: str, default: str = "") -> str:
        """Return a header's first value."""
        return self.headers.get(name, (default,))[0]


class Interleaved(NamedTuple):
    """A packet on one of the channels that the session agreed upon."""

    channel: int
    data: bytes


class Connection:
    """Reads and writes on a connected socket; every method may raise ``MediaError``."""

    def __init__(self, peer: socket.socket) -> None:
        """Keep the socket; ``connected`` makes one."""
        self._peer = peer
        self._read = bytearray()

    @classmethod
    def connected(cls, host: str, port: int) -> "Connection":
        """Connect to a camera.

        The kernel minds the time from then on: with ``settimeout`` every read would be two calls.
        """
        try:
            peer = socket.create_connection((host, port), timeout=SILENCE_S)
            peer.settimeout(None)
            for limit in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                peer.setsockopt(socket.SOL_SOCKET, limit, _TIMEVAL)
            return cls(peer)
        except TimeoutError as error:
            raise MediaError(f"the camera's stream was silent for {SILENCE_S} s") from error
        except OSError as error:
            raise MediaError(f"the camera's stream cannot be reached: {error.strerror}") from error

    def close(self) -> None:
        """Hang up."""
        self._peer.close()

    def send(self, data: bytes) -> None:
        """Send a request."""
        try:
            self._peer.sendall(data)
        except OSError as error:
            raise MediaError("the camera hung up") from error

    def next(self) -> Answer | Interleaved:
        """Return what arrives next."""
        if not self._read:
            self._have(1)
        return self._interleaved() if self._read[0] == 0x24 else self._answer()

    def _interleaved(self) -> Interleaved:
        if len(self._read) < 4:
            self._have(4)
        end = 4 + int.from_bytes(self._read[2:4], "big")
        if len(self._read) < end:
            self._have(end)
        with memoryview(self._read) as read:
            packet = Interleaved(read[1], bytes(read[4:end]))
        del self._read[:end]
        return packet

    def _answer(self) -> Answer:
        while (end := self._read.find(b"\r\n\r\n")) < 0:
            if len(self._read) > LARGEST_HEAD_BYTES:
                raise MediaError("the camera's answer is longer than any answer is")
            self._have(len(self._read) + 1)
        first, *lines = self._taken(end + 4)[:-4].decode("utf-8", "replace").split("\r\n")
        version, _, rest = first.partition(" ")
        status = rest[:3]
        if not version.startswith("RTSP/1.") or not (status.isascii() and status.isdigit()):
            raise MediaError("the camera's answer is not RTSP")
        headers: dict[str, tuple[str, ...]] = {}
        for line in lines:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            headers[name] = (*headers.get(name, ()), value.strip())
        return Answer(int(status), headers, self._body(headers))

    def _body(self, headers: Mapping[str, tuple[str, ...]]) -> bytes:
        length = headers.get("content-length", ("0",))[0]
        if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY_BYTES:
            raise MediaError("the camera's answer has an impossible length")
        self._have(int(length))
        return self._taken(int(length))

    def _taken(self, count: int) -> bytes:
        data = bytes(self._read[:count])
        del self._read[:count]
        return data

    def _have(self, count: int) -> None:
        """Return once at least ``count`` bytes are there."""
        while len(self._read) < count:
            try:
                data = self._peer.recv(_CHUNK_BYTES)
            except (BlockingIOError, TimeoutError) as error:
                raise MediaError(f"the camera's stream was silent for {SILENCE_S} s") from error
            except OSError as error:
                raise MediaError("the camera hung up") from error
            if not data:
                raise MediaError("the camera ended the stream")
            self._read += data
