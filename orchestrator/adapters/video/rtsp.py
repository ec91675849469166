"""The parent's side of a stream: a child per camera, its newest picture, and its end.

A task reads the child's messages into a slot that only holds the newest, so a slow reader never
sees an old picture. Whatever ends the stream (the child's own reason, its death, silence, nonsense
on the pipe) is one ``MediaError``; leaving the context kills the child and waits for it, so that
nothing is left behind.
"""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from dataclasses import dataclass

import structlog

from orchestrator.adapters.video.address import approved_address
from orchestrator.adapters.video.board import Board
from orchestrator.adapters.video.decoders import Decoders
from orchestrator.adapters.video.sandbox import ALL_WALLS, Walls, missing
from orchestrator.adapters.video.wire import (
    HEADER_BYTES,
    Header,
    Message,
    Order,
    TimedBy,
    header_in,
    plain_reason,
)
from orchestrator.domain.camera import Stream
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Credentials, Frame, Rate
from orchestrator.runtime.channels import Latest

log = structlog.get_logger(__name__)

SILENCE_S = 4.5
"""A stall is to be known within 5 s; the rest is for starting to tell it."""
ASKED_EVERY_S = 0.25
"""So soon a decoder that shows little hears that more is wanted."""
LEAST_FPS = 1.0
"""Fewer would leave no time to tell a still scene from a decoder that hangs."""
START_S = 12.0
"""A decoder connects and waits for a key frame: seconds, on a busy machine.

A camera that says nothing meanwhile is given up by the child, after ``SILENCE_S``.
"""


class RtspFrames:
    """Opens RTSP streams over TCP (the ``Frames`` port).

    ``host_of`` names the approved host of a camera, or None: a stream address that names any
    other host is refused, as a password goes only to an approved origin.
    """

    def __init__(self, host_of: Callable[[CameraId], str | None]) -> None:
        """Keep who may be contacted."""
        self._host_of = host_of
        self._walls = ALL_WALLS
        self._decoders = Decoders()

    def open(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        *,
        size_px: tuple[int, int],
        rate: Callable[[], Rate],
    ) -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
        """Return the newest frames at ``size_px``, as many as ``rate`` says from time to time.

        ``MediaError`` when the stream fails.
        """
        return self._opened(camera, stream, credentials, size_px, rate)

    @asynccontextmanager
    async def _opened(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        size_px: tuple[int, int],
        rate: Callable[[], Rate],
    ) -> AsyncIterator[AsyncIterator[Frame]]:
        host = self._host_of(camera)
        if host is None:
            raise MediaError("nobody approved this camera; its stream is not opened")
        address = approved_address(stream.uri, host)
        login = credentials.username, credentials.password.reveal()
        order = Order(address.host, address.port, address.path, *login, *size_px)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with ours, theirs, _board_file(size_px) as file:
            watched = _Watched(camera, size_px, Board(file, *size_px), ours, rate)
            watched.ask()
            async with self._decoders.started(theirs, file):
                theirs.close()
                await _given(ours, order)
                slot = Latest[Frame | MediaError]()
                reading = asyncio.create_task(_read(watched, slot, self._note))
                try:
                    yield _newest(slot)
                finally:
                    reading.cancel()
                    await asyncio.wait({reading})

    def _note(self, walls: Walls) -> None:
        """Say so, once, when decoders are walled in less than they should be."""
        if walls != self._walls:
            self._walls = walls
            log.warning("decoders are not fully walled in", missing=list(missing(walls)))


@dataclass(frozen=True, slots=True)
class _Watched:
    """A stream while it is open: its decoder's board, our end of the socket, what is wanted."""

    camera: CameraId
    size_px: tuple[int, int]
    board: Board
    end: socket.socket
    rate: Callable[[], Rate]

    def ask(self) -> None:
        """Tell the decoder how many pictures are wanted now."""
        rate = self.rate()
        self.board.fps = max(rate.fps, LEAST_FPS)
        self.board.still_fps = max(min(rate.still_fps, rate.fps), LEAST_FPS)


@contextmanager
def _board_file(size_px: tuple[int, int]) -> Iterator[int]:
    file = Board.file(*size_px)
    try:
        yield file
    finally:
        os.close(file)


async def _given(end: socket.socket, order: Order) -> None:
    """Hand the decoder its order; one that is already dead is noticed by whoever reads."""
    with suppress(BrokenPipeError, ConnectionResetError):
        await asyncio.get_running_loop().sock_sendall(end, order.line())


async def _read(
    watched: _Watched, slot: Latest[Frame | MediaError], note: Callable[[Walls], None]
) -> None:
    """Keep the slot fresh until the stream ends, then leave the reason in it."""
    patience_s = START_S
    try:
        while True:
            header = await _announced(watched, patience_s)
            match header.message:
                case Message.FAILED | Message.REFUSED:
                    refused = header.message is Message.REFUSED
                    reason = await _exactly(watched.end, bytearray(header.body_bytes))
                    raise MediaError(plain_reason(bytes(reason)), refused=refused)
                case Message.OPENED:
                    note(Walls(header.number & ALL_WALLS.value))
                case Message.FRAME:
                    slot.put(_frame(watched, header))
                    patience_s = SILENCE_S
    except MediaError as error:
        slot.put(error)


async def _announced(watched: _Watched, patience_s: float) -> Header:
    """Return the next message's header; meanwhile the decoder hears how many pictures are wanted."""
    room = bytearray(HEADER_BYTES)
    reading = asyncio.ensure_future(_exactly(watched.end, room))
    ends_s = time.monotonic() + patience_s
    try:
        while not reading.done():
            left_s = ends_s - time.monotonic()
            if left_s <= 0.0:
                raise MediaError(f"no picture for {patience_s} s")
            watched.ask()
            await asyncio.wait({reading}, timeout=min(left_s, ASKED_EVERY_S))
        return header_in(bytes(await reading), watched.size_px)
    finally:
        reading.cancel()


def _frame(watched: _Watched, header: Header) -> Frame:
    """Return the picture that a header announced, copied, and free its place on the board."""
    pixels = watched.board.slot(header.number).copy()
    watched.board.taken = header.number
    return Frame(
        camera=watched.camera,
        exposed_s=header.exposed_s,
        timed_by="rtcp" if header.timed_by is TimedBy.RTCP else "arrival",
        source_px=(header.source_width, header.source_height),
        pixels=pixels,
    )


async def _exactly(end: socket.socket, room: bytearray) -> bytearray:
    """Fill ``room``; ``MediaError`` when the decoder is gone."""
    loop = asyncio.get_running_loop()
    view = memoryview(room)
    while view:
        try:
            count = await loop.sock_recv_into(end, view)
        except OSError:
            count = 0
        if count == 0:
            raise MediaError("the decoder died")
        view = view[count:]
    return room


async def _newest(slot: Latest[Frame | MediaError]) -> AsyncIterator[Frame]:
    """Return frames as they come; raise what ended the stream."""
    while True:
        held = await slot.take()
        if isinstance(held, MediaError):
            raise held
        yield held
