"""The decoding child: one camera's stream in, pictures out, until anything goes wrong.

Hostile bytes are read and decoded here and nowhere else. The one connection is made first; before
its first byte is read the process is walled in (``sandbox``): it opens no file and no connection,
starts nobody and dies with its parent. The login comes over standard input, so that neither the
process list nor an environment shows it. Every end is one short reason and an exit: trying again,
with a new process, is the parent's business.
"""

import os
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final

import av.error
import av.logging
import cv2
from av import CodecContext, VideoFrame
from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

from orchestrator.adapters.video.address import Address
from orchestrator.adapters.video.connection import Connection
from orchestrator.adapters.video.digest import Prover
from orchestrator.adapters.video.exposure import Exposures
from orchestrator.adapters.video.jpeg import JpegPicture
from orchestrator.adapters.video.payloads import Assembler, H264Units, H265Units
from orchestrator.adapters.video.planes import scaled_bgr
from orchestrator.adapters.video.rtp import Pictures, SenderReport, rtp_packet, sender_report
from orchestrator.adapters.video.sandbox import limited, sealed
from orchestrator.adapters.video.sdp import Codec, Track
from orchestrator.adapters.video.session import RtspSession
from orchestrator.adapters.video.wire import (
    LONGEST_REASON,
    Header,
    Message,
    Order,
    TimedBy,
    order_in,
)
from orchestrator.errors import MediaError
from orchestrator.runtime.pace import Pace

MOST_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class Taken:
    """When a picture was taken (CLOCK_MONOTONIC s), and whether that is the camera's own word."""

    exposed_s: float
    believed: bool


_DECODERS: Final[Mapping[Codec, str]] = {
    Codec.H264: "h264",
    Codec.H265: "hevc",
    Codec.JPEG: "mjpeg",
}
ASSEMBLERS: Final[Mapping[Codec, Callable[[], Assembler]]] = {
    Codec.H264: H264Units,
    Codec.H265: H265Units,
    Codec.JPEG: JpegPicture,
}


class Decoder:
    """A stream's pictures to frames, one in, one out; cameras send no pictures out of order."""

    def __init__(self, track: Track) -> None:
        """Open the track's codec, and no other: what a camera may make us decode is this list."""
        codec = CodecContext.create(_DECODERS[track.codec], "r")
        assert isinstance(codec, VideoCodecContext)
        self._codec = codec
        self._codec.thread_type = "NONE"
        self._codec.flags |= Flags.low_delay
        self._codec.options = {"max_pixels": str(MOST_PIXELS)}
        self._before = track.parameter_sets

    def frames(self, picture: bytes) -> list[VideoFrame]:
        """Return what a picture decodes to; a damaged one is mended by the next key frame."""
        data, self._before = self._before + picture, b""
        try:
            return self._codec.decode(Packet(data))
        except av.error.FFmpegError:
            return []


def timed_frames(session: RtspSession) -> Iterator[tuple[VideoFrame, Taken]]:
    """Return each picture as soon as its last packet is there, with its time."""
    track = session.play()
    decoder, exposures = Decoder(track), Exposures()
    pictures = Pictures(ASSEMBLERS[track.codec]())
    report: SenderReport | None = None
    for packet in session.packets():
        if packet.channel == session.rtcp_channel:
            report = sender_report(packet.data) or report
        rtp = rtp_packet(packet.data) if packet.channel == session.rtp_channel else None
        if rtp is None or rtp.payload_type != track.payload_type:
            continue
        for picture, stamp in pictures.completed(rtp):
            said_s = None if report is None else report.wall_of(stamp)
            arrived_s, arrived_wall_s = time.monotonic(), time.time()
            taken = exposures.exposed_s(said_s, arrived_s=arrived_s, arrived_wall_s=arrived_wall_s)
            for frame in decoder.frames(picture):
                yield frame, Taken(*taken)


class Pipe:
    """The way to the parent; a picture for which there is no room yet is dropped, as it ages."""

    def __init__(self, end: socket.socket) -> None:
        """Keep our end."""
        self._end = end
        self._number = 0

    def has_room(self) -> bool:
        """Return whether the parent has taken what was sent before."""
        return bool(select.select([], [self._end], [], 0)[1])

    def say(self, message: Message, body: bytes = b"", *, number: int = 0) -> None:
        """Send a message that is not a picture."""
        self._end.sendall(Header(message, body_bytes=len(body), number=number).packed() + body)

    def show(self, frame: VideoFrame, order: Order, taken: Taken) -> None:
        """Send a picture at the size that was ordered."""
        pixels = scaled_bgr(frame, order.width, order.height)
        self._number += 1
        header = Header(
            Message.FRAME,
            TimedBy.RTCP if taken.believed else TimedBy.ARRIVAL,
            *(order.width, order.height, frame.width, frame.height),
            body_bytes=pixels.nbytes,
            number=self._number,
            exposed_s=taken.exposed_s,
        )
        self._end.sendall(header.packed())
        self._end.sendall(pixels.data)


def stream_to(pipe: Pipe, order: Order) -> None:
    """Show a camera's pictures until its stream ends in a ``MediaError``."""
    address = Address(order.host, order.port, order.path)
    pace = Pace()
    with closing(Connection.connected(address.host, address.port)) as connection:
        pipe.say(Message.OPENED, number=sealed().value)
        session = RtspSession(connection, address.uri, Prover(order.username, order.password))
        for frame, taken in timed_frames(session):
            if pace.lets_through(taken.exposed_s, order.fps) and pipe.has_room():
                pipe.show(frame, order, taken)


def main() -> None:
    """Read the order, stream, say why it ended."""
    cv2.setNumThreads(0)
    limited()
    av.logging.set_level(av.logging.PANIC)
    order = order_in(sys.stdin.buffer.readline())
    pipe = Pipe(socket.socket(fileno=os.dup(1)))
    try:
        stream_to(pipe, order)
    except MediaError as error:
        end = Message.REFUSED if error.refused else Message.FAILED
        reason = str(error).encode("ascii", "replace")[:LONGEST_REASON]
        with suppress(OSError):  # the parent may have closed its end: nobody to tell
            pipe.say(end, reason)
    except OSError:
        return


if __name__ == "__main__":
    main()
