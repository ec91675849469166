"""The decoding child: one camera's stream in, pictures out, until anything goes wrong.

Hostile bytes are decoded here and nowhere else, in a process that may open few files, leave no
core and gain no privilege, and dies with its parent. The login comes over standard input, so that
neither the process list nor an environment shows it. Every end is one short reason and an exit:
trying again is the parent's business.
"""

import ctypes
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import av
import av.container
import av.error
import av.logging
from av.codec.context import Flags, Flags2
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from orchestrator.adapters.video.exposure import Exposures
from orchestrator.adapters.video.planes import scaled_bgr
from orchestrator.adapters.video.units import Units
from orchestrator.adapters.video.wire import (
    LONGEST_REASON,
    Header,
    Message,
    Order,
    TimedBy,
    order_in,
)
from orchestrator.runtime.pace import Pace

SILENCE_S = 4.5
MOST_PIXELS = 40_000_000
MOST_MEMORY_BYTES = 3 << 30
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_OPTIONS = {
    "rtsp_transport": "tcp",
    "protocol_whitelist": "rtsp,rtp,tcp,udp",
    "allowed_media_types": "video",
    "timeout": str(int(SILENCE_S * 1e6)),
    # no parser: it holds each picture until the next begins, and gives it the next one's time
    "fflags": "nobuffer+noparse+nofillin",
    "max_delay": "0",
    # no guessing of the rate, which takes twenty pictures; zero would mean "as long as usual"
    "analyzeduration": "1",
    "probesize": "4096",
    "fpsprobesize": "0",
}


def confine() -> None:
    """Give up what decoding does not need, and die when the parent dies."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def camera_wall_s(packet: "Packet[VideoStream]") -> float | None:
    """Return the camera's wall-clock time of a packet's exposure, once a sender report said it."""
    if not packet.has_sidedata("prft"):
        return None
    (microseconds,) = struct.unpack_from("<q", bytes(packet.get_sidedata("prft")))
    return float(microseconds) / 1e6


@dataclass(frozen=True, slots=True)
class Taken:
    """When a picture was taken (CLOCK_MONOTONIC s), and whether that is the camera's own word."""

    exposed_s: float
    believed: bool


def timed_frames(
    container: av.container.InputContainer, stream: VideoStream
) -> Iterator[tuple[VideoFrame, Taken]]:
    """Return each picture as soon as its last packet is there, with its time."""
    exposures, units = Exposures(), Units[Taken]()
    for packet in container.demux(stream):
        taken = exposures.exposed_s(
            camera_wall_s(packet), arrived_s=time.monotonic(), arrived_wall_s=time.time()
        )
        for unit, when in units.completed(bytes(packet), Taken(*taken)):
            for frame in _decoded(stream, unit):
                yield frame, when


def _decoded(stream: VideoStream, unit: bytes) -> list[VideoFrame]:
    """Return the picture that a unit completes; a damaged one is mended by the next key frame."""
    try:
        return stream.codec_context.decode(Packet(unit))
    except av.error.InvalidDataError:
        return []


class Pipe:
    """The way to the parent; a picture for which there is no room yet is dropped, as it ages."""

    def __init__(self, end: socket.socket) -> None:
        """Keep our end."""
        self._end = end
        self._number = 0

    def has_room(self) -> bool:
        """Return whether the parent has taken what was sent before."""
        return bool(select.select([], [self._end], [], 0)[1])

    def say(self, message: Message, body: bytes = b"") -> None:
        """Send a message that is not a picture."""
        self._end.sendall(Header(message, body_bytes=len(body)).packed() + body)

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


def stream_to(pipe: Pipe, order: Order) -> tuple[Message, str]:
    """Decode until the stream ends; return why it ended."""
    pace = Pace()
    try:
        with av.open(order.url, format="rtsp", options=_OPTIONS, timeout=SILENCE_S) as container:
            if not container.streams.video:
                return Message.FAILED, "the camera's stream holds no video"
            stream = container.streams.video[0]
            stream.thread_type = "NONE"
            # we decode unit by unit: a picture is out with its last slice
            stream.codec_context.flags |= Flags.low_delay
            stream.codec_context.flags2 |= Flags2.chunks
            pipe.say(Message.OPENED)
            for frame, taken in timed_frames(container, stream):
                if frame.width * frame.height > MOST_PIXELS:
                    return Message.FAILED, "the camera's pictures are larger than 40 megapixels"
                if pace.lets_through(taken.exposed_s, order.fps) and pipe.has_room():
                    pipe.show(frame, order, taken)
    except av.error.FFmpegError as error:
        return _reason(error)
    return Message.FAILED, "the camera ended the stream"


def _reason(error: av.error.FFmpegError) -> tuple[Message, str]:
    """Return a sentence for an error, without the address that the library puts in its text."""
    if isinstance(error, av.error.HTTPUnauthorizedError):
        return Message.REFUSED, "the camera refused the credentials for its stream"
    if isinstance(error, av.error.ExitError | TimeoutError):
        return Message.FAILED, f"the camera's stream was silent for {SILENCE_S} s"
    return Message.FAILED, f"the camera's stream cannot be read: {error.strerror}"


def main() -> None:
    """Read the order, stream, say why it ended."""
    confine()
    av.logging.set_level(av.logging.PANIC)
    order = order_in(sys.stdin.buffer.readline())
    pipe = Pipe(socket.socket(fileno=os.dup(1)))
    try:
        end, reason = stream_to(pipe, order)
        pipe.say(end, reason.encode("ascii", "replace")[:LONGEST_REASON])
    except OSError:
        return  # the parent has closed its end: nobody to tell


if __name__ == "__main__":
    main()
