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
from orchestrator.adapters.video.wire import Header, Message, Order, TimedBy, order_in
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


def timed_frames(
    container: av.container.InputContainer, stream: VideoStream
) -> Iterator[tuple[VideoFrame, float, bool]]:
    """Return each picture with its time of exposure and whether the camera said it."""
    exposures = Exposures()
    for packet in container.demux(stream):
        arrived_s, arrived_wall_s = time.monotonic(), time.time()
        exposed_s, believed = exposures.exposed_s(
            camera_wall_s(packet), arrived_s=arrived_s, arrived_wall_s=arrived_wall_s
        )
        try:
            for frame in packet.decode():
                yield frame, exposed_s, believed
        except av.error.InvalidDataError:
            continue  # a damaged picture: the next key frame mends it


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

    def show(self, frame: VideoFrame, order: Order, exposed_s: float, believed: bool) -> None:
        """Send a picture at the size that was ordered."""
        pixels = scaled_bgr(frame, order.width, order.height)
        self._number += 1
        header = Header(
            Message.FRAME,
            TimedBy.RTCP if believed else TimedBy.ARRIVAL,
            *(order.width, order.height, frame.width, frame.height),
            body_bytes=pixels.nbytes,
            number=self._number,
            exposed_s=exposed_s,
        )
        self._end.sendall(header.packed())
        self._end.sendall(pixels.data)


def stream_to(pipe: Pipe, order: Order) -> str:
    """Decode until the stream ends; return why it ended."""
    pace = Pace()
    try:
        with av.open(order.url, format="rtsp", options=_OPTIONS, timeout=SILENCE_S) as container:
            if not container.streams.video:
                return "the camera's stream holds no video"
            stream = container.streams.video[0]
            stream.thread_type = "NONE"
            # a packet is a slice, not a picture; a picture is out with its last slice
            stream.codec_context.flags |= Flags.low_delay
            stream.codec_context.flags2 |= Flags2.chunks
            pipe.say(Message.OPENED)
            for frame, exposed_s, believed in timed_frames(container, stream):
                if frame.width * frame.height > MOST_PIXELS:
                    return "the camera's pictures are larger than 40 megapixels"
                if pace.lets_through(exposed_s, order.fps) and pipe.has_room():
                    pipe.show(frame, order, exposed_s, believed)
    except av.error.FFmpegError as error:
        return _reason(error)
    return "the camera ended the stream"


def _reason(error: av.error.FFmpegError) -> str:
    """Return a sentence for an error, without the address that the library puts in its text."""
    if isinstance(error, av.error.HTTPUnauthorizedError):
        return "the camera refused the credentials for its stream"
    if isinstance(error, av.error.ExitError | TimeoutError):
        return f"the camera's stream was silent for {SILENCE_S} s"
    return f"the camera's stream cannot be read: {error.strerror}"


def main() -> None:
    """Read the order, stream, say why it ended."""
    confine()
    av.logging.set_level(av.logging.PANIC)
    order = order_in(sys.stdin.buffer.readline())
    pipe = Pipe(socket.socket(fileno=os.dup(1)))
    try:
        reason = stream_to(pipe, order)
        pipe.say(Message.FAILED, reason.encode("ascii", "replace")[:300])
    except OSError:
        return  # the parent has closed its end: nobody to tell


if __name__ == "__main__":
    main()
