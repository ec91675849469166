"""What the parent and a decoding child say to each other, and nothing else.

Parent to child: one JSON line first, the order, which holds the login; then asks for parts of
pictures, whenever somebody wants some. Child to parent: messages of a fixed header and a body whose length the header gives; a picture itself is on the ``board``. The
parent takes no length that its order does not explain: the child reads hostile bytes and may be
anyone.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from typing import Final

from orchestrator.domain.camera import Transport
from orchestrator.errors import MediaError

_HEADER = struct.Struct("<4sBBHHHHIQd")
_MAGIC = b"OCF1"
HEADER_BYTES = _HEADER.size
_ASK, _BOX = struct.Struct("<QQHHH"), struct.Struct("<4f")
ASK_HEAD_BYTES = _ASK.size
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
    CROPS = 5
    """The parts of a picture asked for under its number are on the board; width 0: it is gone."""
    HOSTILE = 6
    """As ``FAILED``, because the camera sends what no camera sends."""


ENDS: Final = frozenset({Message.FAILED, Message.REFUSED, Message.HOSTILE})
"""What a decoder says last, with a reason."""


class TimedBy(IntEnum):
    """How the exposure of a frame is known."""

    ARRIVAL = 1
    RTCP = 2


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is asked to do: play ``path`` of a host, show pictures of a size.

    ``web_port`` is where the host is entered when the stream comes through HTTP.
    """

    host: str
    port: int
    path: str
    username: str
    password: str = field(repr=False)
    width: int
    height: int
    transport: Transport = Transport.TCP
    web_port: int = 80

    def line(self) -> bytes:
        """Return the order as one line."""
        parts = asdict(self) | {"transport": self.transport.value}
        return json.dumps(parts).encode() + b"\n"


def order_in(line: bytes) -> Order:
    """Return the order in a line that our own parent wrote."""
    parts = json.loads(line)
    return Order(**parts | {"transport": Transport(parts["transport"])})


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
    told = header.message in ENDS
    most = LONGEST_REASON if told else 0
    frame_fits = header.message is not Message.FRAME or (
        (width, height) == size_px and wide > 0 and high > 0
    )
    if magic != _MAGIC or body > most or not frame_fits or not _is_time(exposed):
        raise MediaError("the decoder sent a message that does not fit what it was asked for")
    return header


@dataclass(frozen=True, slots=True)
class Ask:
    """Parts of the picture ``number`` that are wanted, each at ``size_px`` (width, height).

    ``boxes_px`` are ``x1 y1 x2 y2`` in pixels of the source.
    """

    id: int
    number: int
    size_px: tuple[int, int]
    boxes_px: tuple[tuple[float, ...], ...]

    def packed(self) -> bytes:
        """Return the ask's bytes."""
        head = _ASK.pack(self.id, self.number, *self.size_px, len(self.boxes_px))
        return head + b"".join(_BOX.pack(*box) for box in self.boxes_px)


def ask_in(head: bytes, more: Callable[[int], bytes]) -> Ask:
    """Return the ask that our own parent sent; ``more`` reads so many bytes behind its head."""
    id_, number, width, height, count = _ASK.unpack(head)
    boxes = tuple(_BOX.iter_unpack(more(count * _BOX.size))) if count else ()
    return Ask(id_, number, (width, height), boxes)


def _is_time(seconds: float) -> bool:
    """Return whether a number can be a monotonic time."""
    return 0.0 <= seconds < 1e12


def plain_reason(body: bytes) -> str:
    """Return a child's reason as one printable line."""
    text = body[:LONGEST_REASON].decode("ascii", "replace")
    return "".join(c if c.isprintable() else " " for c in text)
