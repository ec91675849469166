"""The parent's side of a stream: a child per camera, its newest picture, and its end.

A task reads the child's messages into a slot that only holds the newest, so a slow reader never
sees an old picture. Whatever ends the stream (the child's own reason, its death, silence, nonsense
on the pipe) is one ``MediaError``; leaving the context kills the child and waits for it, so that
nothing is left behind.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import numpy as np
import structlog

from orchestrator.adapters.video.address import approved_address
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
from orchestrator.ports import Credentials, Frame
from orchestrator.runtime.channels import Latest

log = structlog.get_logger(__name__)

SILENCE_S = 4.5
"""A stall is to be known within 5 s; the rest is for starting to tell it."""
START_S = 12.0
"""A child loads its libraries, connects and waits for a key frame: seconds, on a busy machine.

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

    def open(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        *,
        size_px: tuple[int, int],
        fps: float,
    ) -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
        """Return the newest frames at ``size_px``, at most ``fps``; ``MediaError`` when it fails."""
        return self._opened(camera, stream, credentials, size_px, fps)

    @asynccontextmanager
    async def _opened(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        size_px: tuple[int, int],
        fps: float,
    ) -> AsyncIterator[AsyncIterator[Frame]]:
        host = self._host_of(camera)
        if host is None:
            raise MediaError("nobody approved this camera; its stream is not opened")
        address = approved_address(stream.uri, host)
        login = credentials.username, credentials.password.reveal()
        order = Order(address.host, address.port, address.path, *login, *size_px, fps)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with ours:
            with theirs:
                child = await _child(theirs)
            try:
                await _given(child, order)
                slot = Latest[Frame | MediaError]()
                reading = asyncio.create_task(_read(ours, camera, size_px, slot, self._note))
                try:
                    yield _newest(slot)
                finally:
                    reading.cancel()
                    await asyncio.wait({reading})
            finally:
                await _ended(child)

    def _note(self, walls: Walls) -> None:
        """Say so, once, when decoders are walled in less than they should be."""
        if walls != self._walls:
            self._walls = walls
            log.warning("decoders are not fully walled in", missing=list(missing(walls)))


async def _child(output: socket.socket) -> asyncio.subprocess.Process:
    """Start a decoder whose standard output is ``output``; it inherits nothing else of ours."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "orchestrator.adapters.video.child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=output.fileno(),
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "OPENCV_NUM_THREADS": "1"},
    )


async def _given(child: asyncio.subprocess.Process, order: Order) -> None:
    """Hand the child its order; a child that is already dead is noticed by whoever reads."""
    assert child.stdin is not None
    try:
        child.stdin.write(order.line())
        await child.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return


async def _ended(child: asyncio.subprocess.Process) -> None:
    """Kill the child if it lives, and wait until it is gone."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
    if child.stdin is not None:
        child.stdin.close()
    await child.wait()


async def _read(
    end: socket.socket,
    camera: CameraId,
    size_px: tuple[int, int],
    slot: Latest[Frame | MediaError],
    note: Callable[[Walls], None],
) -> None:
    """Keep the slot fresh until the stream ends, then leave the reason in it."""
    patience_s = START_S
    try:
        while True:
            async with asyncio.timeout(patience_s):
                header = header_in(bytes(await _exactly(end, bytearray(HEADER_BYTES))), size_px)
                if header.message in {Message.FAILED, Message.REFUSED}:
                    refused = header.message is Message.REFUSED
                    raise MediaError(plain_reason(await _body(end, header)), refused=refused)
                if header.message is Message.OPENED:
                    note(Walls(header.number & ALL_WALLS.value))
                if header.message is Message.FRAME:
                    slot.put(await _frame(end, camera, header))
                    patience_s = SILENCE_S
    except TimeoutError:
        slot.put(MediaError(f"no picture for {patience_s} s"))
    except MediaError as error:
        slot.put(error)


async def _frame(end: socket.socket, camera: CameraId, header: Header) -> Frame:
    """Return the picture that a header announced."""
    pixels = np.empty((header.height, header.width, 3), np.uint8)
    await _exactly(end, pixels.data.cast("B"))
    return Frame(
        camera=camera,
        exposed_s=header.exposed_s,
        timed_by="rtcp" if header.timed_by is TimedBy.RTCP else "arrival",
        source_px=(header.source_width, header.source_height),
        pixels=pixels,
    )


async def _body(end: socket.socket, header: Header) -> bytes:
    """Return the bytes that a header announced."""
    return bytes(await _exactly(end, bytearray(header.body_bytes)))


async def _exactly(end: socket.socket, room: bytearray | memoryview) -> bytearray | memoryview:
    """Fill ``room``; ``MediaError`` when the child is gone."""
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
