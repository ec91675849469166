"""What the parent and a decoding child say to each other, and nothing else.

Parent to child, once: one JSON line, the order, which holds the login. Child to parent: messages of
a fixed header and a body whose length the header gives; a picture itself is on the ``board``. The
parent takes no length that its order does not explain: the child reads hostile bytes and may be
anyone.
"""

import json
import struct
from dataclasses import asdict, dataclass, field
from enum import IntEnum

from orchestrator.errors import MediaError

_HEADER = struct.Struct("<4sBBHHHHIQd")
_MAGIC = b"OCF1"
HEADER_BYTES = _HEADER.size
LONGEST_REASON = 300


class Message(IntEnum):
    """What a header announces."""

    OPENED = 1
    """There is a connection; its number is the value of the ``Walls`` that stand around it."""
    FRAME = 2
    FAILED = 3
    """The stream ended; the body is the reason, a short ASCII sentence."""
    REFUSED = 4
    """As ``FAILED``, because the camera refused the login."""


class TimedBy(IntEnum):
    """How the exposure of a frame is known."""

    ARRIVAL = 1
    RTCP = 2


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is asked to do: play ``path`` of a host, show pictures of a size."""

    host: str
    port: int
    path: str
    username: str
    password: str = field(repr=False)
    width: int
    height: int

    def line(self) -> bytes:
        """Return the order as one line."""
        return json.dumps(asdict(self)).encode() + b"\n"


def order_in(line: bytes) -> Order:
    """Return the order in a line that our own parent wrote."""
    return Order(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Header:
    """The fixed part of a message; sizes in pixels, ``exposed_s`` in CLOCK_MONOTONIC seconds."""

    message: Message
    timed_by: TimedBy = TimedBy.ARRIVAL
    width: int = 0
    height: int = 0
    source_width: int = 0
    source_height: int = 0
    body_bytes: int = 0
    number: int = 0
    exposed_s: float = 0.0

    def packed(self) -> bytes:
        """Return the header's bytes."""
        sizes = (self.width, self.height, self.source_width, self.source_height)
        return _HEADER.pack(
            _MAGIC,
            self.message,
            self.timed_by,
            *sizes,
            self.body_bytes,
            self.number,
            self.exposed_s,
        )


def header_in(data: bytes, size_px: tuple[int, int]) -> Header:
    """Return a header; ``MediaError`` unless it fits frames of ``size_px`` (width, height)."""
    magic, message, timed_by, width, height, wide, high, body, number, exposed = _HEADER.unpack(
        data
    )
    try:
        header = Header(
            Message(message), TimedBy(timed_by), width, height, wide, high, body, number, exposed
        )
    except ValueError as error:
        raise MediaError("the decoder sent a message of an unknown kind") from error
    most = {
        Message.OPENED: 0,
        Message.FRAME: 0,
        Message.FAILED: LONGEST_REASON,
        Message.REFUSED: LONGEST_REASON,
    }[header.message]
    frame_fits = header.message is not Message.FRAME or (
        (width, height) == size_px and wide > 0 and high > 0
    )
    if magic != _MAGIC or body > most or not frame_fits or not _is_time(exposed):
        raise MediaError("the decoder sent a message that does not fit what it was asked for")
    return header


def _is_time(seconds: float) -> bool:
    """Return whether a number can be a monotonic time."""
    return 0.0 <= seconds < 1e12


def plain_reason(body: bytes) -> str:
    """Return a child's reason as one printable line."""
    text = body[:LONGEST_REASON].decode("ascii", "replace")
    return "".join(c if c.isprintable() else " " for c in text)
