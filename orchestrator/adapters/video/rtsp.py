"""The parent's side of a stream: a child per camera, its newest picture, and its end.

Pictures go into a slot that only holds the newest, so a slow reader never sees an old one. Whatever
ends the stream (the child's own reason, its death, silence, nonsense on the socket) is one
``MediaError``; leaving the context kills the child and waits for it, so that nothing is left behind.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    closing,
    contextmanager,
    suppress,
)

import numpy as np
import structlog
from numpy.typing import NDArray

from orchestrator.adapters.video.address import Way, approved_address
from orchestrator.adapters.video.arrivals import Arrivals, Watched
from orchestrator.adapters.video.board import Board
from orchestrator.adapters.video.decoders import Decoders
from orchestrator.adapters.video.flows import Flows
from orchestrator.adapters.video.questions import Questions
from orchestrator.adapters.video.sandbox import ALL_WALLS, Walls, missing
from orchestrator.adapters.video.wire import Order
from orchestrator.domain.camera import Stream
from orchestrator.domain.figures import Flow
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Credentials, Frame, Pictures, Rate
from orchestrator.runtime.channels import Latest

log = structlog.get_logger(__name__)


class RtspFrames:
    """Opens RTSP streams (the ``Frames`` port).

    ``host_of`` names the approved host of a camera, or None: a stream address that names any
    other host is refused, as a password goes only to an approved origin. ``way_to`` says how a
    camera's stream is to come.
    """

    def __init__(
        self,
        host_of: Callable[[CameraId], str | None],
        way_to: Callable[[CameraId], Way] = lambda _: Way(),
    ) -> None:
        """Keep who may be contacted."""
        self._host_of = host_of
        self._way_to = way_to
        self._walls = ALL_WALLS
        self._decoders = Decoders()
        self._open: dict[CameraId, Questions] = {}
        self._flows = Flows()

    def open(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        *,
        size_px: tuple[int, int],
        rate: Callable[[], Rate],
    ) -> AbstractAsyncContextManager[Pictures]:
        """Return the newest frames at ``size_px``, as many as ``rate`` says from time to time.

        ``MediaError`` when the stream fails.
        """
        return self._opened(camera, stream, credentials, size_px, rate)

    async def crops(
        self, frame: Frame, boxes_px: NDArray[np.float32], size_px: tuple[int, int]
    ) -> NDArray[np.uint8] | None:
        """Return parts of a frame as sharp as its source is; None when its picture is gone."""
        questions = self._open.get(frame.camera)
        return None if questions is None else await questions.crops(frame.number, boxes_px, size_px)

    def flow(self, camera: CameraId) -> Flow:
        """Return what came of a camera's video so far."""
        return self._flows.of(camera)

    @asynccontextmanager
    async def _opened(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        size_px: tuple[int, int],
        rate: Callable[[], Rate],
    ) -> AsyncIterator[Pictures]:
        host = self._host_of(camera)
        if host is None:
            raise MediaError("nobody approved this camera; its stream is not opened")
        address = approved_address(stream.uri, host)
        login = credentials.username, credentials.password.reveal()
        way = self._way_to(camera)
        carried = way.transport, way.web_port
        order = Order(address.host, address.port, address.path, *login, *size_px, *carried)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._flows.begins(camera)
        with ours, theirs, _board_file(size_px) as file, closing(Board(file, *size_px)) as board:
            watched = Watched(camera, size_px, board, ours, rate)
            watched.ask()
            async with self._decoders.started(theirs, file):
                theirs.close()
                await _given(ours, order)
                arrivals = Arrivals(watched, self._note)
                with (
                    self._flows.counted(camera, board, lambda: arrivals.slot.overwritten),
                    arrivals.heard() as slot,
                    self._asked(camera, arrivals.questions),
                ):
                    yield _Newest(slot)

    @contextmanager
    def _asked(self, camera: CameraId, questions: Questions) -> Iterator[None]:
        """Have a camera's decoder answer questions meanwhile."""
        self._open[camera] = questions
        try:
            yield
        finally:
            if self._open.get(camera) is questions:
                del self._open[camera]

    def _note(self, walls: Walls) -> None:
        """Say so, once, when decoders are walled in less than they should be."""
        if walls != self._walls:
            self._walls = walls
            log.warning("decoders are not fully walled in", missing=list(missing(walls)))


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


class _Newest:
    """The newest pictures of a stream (the ``Pictures`` port)."""

    def __init__(self, slot: Latest[Frame | MediaError]) -> None:
        """Keep where the newest lies, or why there are no more."""
        self._slot = slot

    def __aiter__(self) -> "_Newest":
        return self

    async def __anext__(self) -> Frame:
        return _shown(await self._slot.take())

    def newer(self) -> Frame | None:
        """Return a picture that has come meanwhile; raise what ended the stream."""
        held = self._slot.newer()
        return None if held is None else _shown(held)


def _shown(held: Frame | MediaError) -> Frame:
    if isinstance(held, MediaError):
        raise held
    return held
