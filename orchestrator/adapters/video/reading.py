"""Bytes of an RTSP connection to answers and interleaved packets (RFC 2326 section 10.12); pure.

Everything that arrives is hostile: heads, bodies and packets have a largest size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from orchestrator.errors import MediaError

LARGEST_HEAD_BYTES = 16 << 10
LARGEST_BODY_BYTES = 64 << 10
_INTERLEAVED = 0x24


@dataclass(frozen=True, slots=True)
class Answer:
    """A camera's answer to a request; header names are in small letters."""

    status: int
    headers: Mapping[str, tuple[str, ...]]
    body: bytes

    def header(self, name: str, default: str = "") -> str:
        """Return a header's first value."""
        return self.headers.get(name, (default,))[0]

    @property
    def body_bytes(self) -> int:
        """Return how long a body it announces; ``MediaError`` when no answer's is as long."""
        length = self.header("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length[:9]) > LARGEST_BODY_BYTES:
            raise MediaError("the camera's answer has an impossible length", hostile=True)
        return int(length)


class Interleaved(NamedTuple):
    """A packet on one of the channels that the session agreed upon."""

    channel: int
    data: bytes


class Reading:
    """What was read and not taken yet; ``protocol`` is how answers begin."""

    def __init__(self, protocol: str = "RTSP/1.") -> None:
        """Start with nothing read."""
        self._protocol = protocol
        self._read = bytearray()

    def feed(self, data: bytes) -> None:
        """Take in what came."""
        self._read += data

    def rest(self) -> bytes:
        """Return what was not taken, and forget it."""
        rest = bytes(self._read)
        self._read.clear()
        return rest

    def taken(self) -> Answer | Interleaved | None:
        """Return what stands whole at the front; ``MediaError`` for what is no RTSP."""
        if not self._read:
            return None
        return self._interleaved() if self._read[0] == _INTERLEAVED else self.answer()

    def _interleaved(self) -> Interleaved | None:
        read = self._read
        if len(read) < 4:
            return None
        end = 4 + (read[2] << 8 | read[3])
        if len(read) < end:
            return None
        packet = Interleaved(read[1], bytes(read[4:end]))
        del read[:end]
        return packet

    def dropped(self, count: int) -> bool:
        """Drop so many bytes once they are there; say whether they were."""
        there = len(self._read) >= count
        if there:
            del self._read[:count]
        return there

    def answer(self, *, with_body: bool = True) -> Answer | None:
        """Return the answer that stands whole at the front, its body left where it is or not."""
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            if len(self._read) > LARGEST_HEAD_BYTES:
                raise MediaError("the camera's answer is longer than any answer is", hostile=True)
            return None
        first, *lines = bytes(self._read[:end]).decode("utf-8", "replace").split("\r\n")
        answer = Answer(self._status(first), _headers(lines), b"")
        begin = end + 4
        length = answer.body_bytes if with_body else 0
        if len(self._read) < begin + length:
            return None
        body = bytes(self._read[begin : begin + length])
        del self._read[: begin + length]
        return replace(answer, body=body)

    def _status(self, first: str) -> int:
        version, _, rest = first.partition(" ")
        status = rest[:3]
        if not version.startswith(self._protocol) or not (status.isascii() and status.isdigit()):
            name = self._protocol.partition("/")[0]
            raise MediaError(f"the camera's answer is not {name}", hostile=True)
        return int(status)


def _headers(lines: list[str]) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers[name] = (*headers.get(name, ()), value.strip())
    return headers
