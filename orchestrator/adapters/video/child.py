"""The decoding child: one camera's stream in, pictures out, until anything goes wrong.

Hostile bytes are read and decoded here and nowhere else. The one connection is made first; before
its first byte is read the process is walled in (``sandbox``): it opens no file and no connection,
starts nobody and dies with its parent. The login comes over the socket to the parent, so that neither
the process list nor an environment shows it. Every end is one short reason and an exit: trying again,
with a new process, is the parent's business.
"""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from typing import Final

import av.error
from av import CodecContext, VideoFrame
from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

from orchestrator.adapters.video.address import Address
from orchestrator.adapters.video.board import Board
from orchestrator.adapters.video.connection import Connection, dialled
from orchestrator.adapters.video.datagrams import Datagrams
from orchestrator.adapters.video.digest import Prover
from orchestrator.adapters.video.exposure import Exposures
from orchestrator.adapters.video.gallery import Gallery, Taken
from orchestrator.adapters.video.jpeg import JpegPicture
from orchestrator.adapters.video.payloads import Assembler, Coded, H264Units, H265Units
from orchestrator.adapters.video.rtp import Gaps, Pictures, SenderReport, rtp_packet, sender_report
from orchestrator.adapters.video.sandbox import sealed
from orchestrator.adapters.video.sdp import Codec, Track
from orchestrator.adapters.video.session import RtspSession
from orchestrator.adapters.video.thinning import Thinning
from orchestrator.adapters.video.tunnel import Tunnel
from orchestrator.adapters.video.waiting import Waiting
from orchestrator.adapters.video.wire import LONGEST_REASON, Message, Order, order_in
from orchestrator.domain.camera import Transport
from orchestrator.errors import MediaError

MOST_PIXELS = 40_000_000


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


def timed_pictures(
    session: RtspSession, track: Track, board: Board
) -> Iterator[tuple[Coded, Taken]]:
    """Return each coded picture as soon as its last packet is there, with its time.

    One of which packets were lost is left out, and they are counted.
    """
    exposures, pictures, gaps = Exposures(), Pictures(ASSEMBLERS[track.codec]()), Gaps()
    report: SenderReport | None = None
    for packet in session.packets():
        if packet.channel == session.rtcp_channel:
            report = sender_report(packet.data) or report
        rtp = rtp_packet(packet.data) if packet.channel == session.rtp_channel else None
        if rtp is None or rtp.payload_type != track.payload_type:
            continue
        lost = gaps.before(rtp.number)
        if lost:
            board.count(lost=lost)
        for picture, stamp in pictures.completed(rtp, after_a_gap=lost > 0):
            said_s = None if report is None else report.wall_of(stamp)
            arrived_s, arrived_wall_s = time.monotonic(), time.time()
            taken = exposures.exposed_s(said_s, arrived_s=arrived_s, arrived_wall_s=arrived_wall_s)
            yield picture, Taken(*taken)


def stream_to(gallery: Gallery, board: Board, order: Order, waiting: Waiting) -> None:
    """Show a camera's pictures until its stream ends in a ``MediaError``."""
    address = Address(order.host, order.port, order.path)
    prover = Prover(order.username, order.password)
    with closing(_connected(order, waiting)) as connection:
        gallery.say(Message.OPENED, number=sealed().value)
        if isinstance(connection, Tunnel):
            connection.enter(prover)
        session = RtspSession(connection, address.uri, prover)
        track = session.play()
        codec, thinning = Decoder(track), Thinning()
        for coded, taken in timed_pictures(session, track, board):
            for step in thinning.steps(coded, taken.exposed_s, board.fps):
                board.count(decoded=1)
                for frame in codec.frames(step.coded.data):
                    if step.shown:
                        gallery.show(frame, taken)


def _connected(order: Order, waiting: Waiting) -> Connection:
    """Make every connection that the stream takes: once walled in, no other can be made."""
    match order.transport:
        case Transport.TCP:
            return Connection(dialled(order.host, order.port), waiting)
        case Transport.UDP:
            return Datagrams(dialled(order.host, order.port), waiting)
        case Transport.HTTP:
            web = Address(order.host, order.web_port, order.path)
            peers = dialled(web.host, web.port), dialled(web.host, web.port)
            return Tunnel(*peers, waiting, web)


def decoder(end: socket.socket, board_file: int) -> None:
    """Read the order from ``end``, stream, say there why it ended."""
    order = order_in(end.makefile("rb").readline())
    board = Board(board_file, order.width, order.height)
    gallery, waiting = Gallery(end, board, order), Waiting()
    waiting.answer(end, gallery.answer)
    try:
        stream_to(gallery, board, order, waiting)
    except MediaError as error:
        hostile = Message.HOSTILE if error.hostile else Message.FAILED
        kind = Message.REFUSED if error.refused else hostile
        reason = str(error).encode("ascii", "replace")[:LONGEST_REASON]
        with suppress(OSError):  # the parent may have closed its end: nobody to tell
            gallery.say(kind, reason)
    except OSError:
        return
