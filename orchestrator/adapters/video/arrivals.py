"""What a decoder tells its parent: pictures as they come, and why there are no more.

A callback reads the socket when something is there, so that a picture costs no task and no timer;
one slow ticker per stream tells the decoder how many pictures are wanted, and notices silence.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from orchestrator.adapters.video.board import Board
from orchestrator.adapters.video.questions import Questions
from orchestrator.adapters.video.sandbox import ALL_WALLS, Walls
from orchestrator.adapters.video.wire import (
    HEADER_BYTES,
    Header,
    Message,
    TimedBy,
    header_in,
    plain_reason,
)
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Frame, Rate
from orchestrator.runtime.channels import Latest

SILENCE_S = 4.5
"""A stall is to be known within 5 s; the rest is for starting to tell it."""
START_S = 12.0
"""A decoder connects and waits for a key frame: seconds, on a busy machine.

A camera that says nothing meanwhile is given up by the decoder, after ``SILENCE_S``.
"""
ASKED_EVERY_S = 0.25
"""So soon a decoder that shows little hears that more is wanted."""
LEAST_FPS = 1.0
"""Fewer would leave no time to tell a still scene from a decoder that hangs."""
_CHUNK_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Watched:
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


class Arrivals:
    """The newest picture of a stream, or the ``MediaError`` with which it ended."""

    def __init__(self, watched: Watched, note: Callable[[Walls], None]) -> None:
        """Hear nothing yet; ``note`` is told which walls stand around the decoder."""
        self.slot = Latest[Frame | MediaError]()
        self.questions = Questions(watched.board, watched.end)
        self._watched = watched
        self._note = note
        self._read = bytearray()
        self._ended = False
        self._patience_s = START_S
        self._heard_s = 0.0

    @contextmanager
    def heard(self) -> Iterator[Latest[Frame | MediaError]]:
        """Keep the slot fresh meanwhile."""
        loop = asyncio.get_running_loop()
        self._heard_s = loop.time()
        loop.add_reader(self._watched.end.fileno(), self._on_readable)
        try:
            self._tick(loop)
            yield self.slot
        finally:
            self._end()

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say what is wanted, look at the clock, and come again."""
        if self._ended:
            return
        self._watched.ask()
        if loop.time() - self._heard_s > self._patience_s:
            self._fail(MediaError(f"no picture for {self._patience_s} s"))
        loop.call_later(ASKED_EVERY_S, self._tick, loop)

    def _on_readable(self) -> None:
        try:
            data = self._watched.end.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._read += data
        try:
            if not data:
                raise MediaError("the decoder died", hostile=True)
            self._take()
        except MediaError as error:
            self._fail(error)

    def _take(self) -> None:
        """Take every message that is there as a whole."""
        while len(self._read) >= HEADER_BYTES:
            header = header_in(bytes(self._read[:HEADER_BYTES]), self._watched.size_px)
            end = HEADER_BYTES + header.body_bytes
            if len(self._read) < end:
                return
            body = bytes(self._read[HEADER_BYTES:end])
            del self._read[:end]
            self._hear(header, body)

    def _hear(self, header: Header, body: bytes) -> None:
        match header.message:
            case Message.FAILED | Message.REFUSED | Message.HOSTILE:
                raise MediaError(
                    plain_reason(body),
                    refused=header.message is Message.REFUSED,
                    hostile=header.message is Message.HOSTILE,
                )
            case Message.OPENED:
                self._note(Walls(header.number & ALL_WALLS.value))
            case Message.CROPS:
                self.questions.answered(header.number, there=header.width > 0)
            case Message.FRAME:
                self._heard_s = asyncio.get_running_loop().time()
                self._patience_s = SILENCE_S
                self.slot.put(self._frame(header))

    def _frame(self, header: Header) -> Frame:
        """Return the picture that a header announced, copied, and free its place on the board."""
        board = self._watched.board
        pixels = board.slot(header.number).copy()
        board.taken = header.number
        return Frame(
            camera=self._watched.camera,
            exposed_s=header.exposed_s,
            timed_by="rtcp" if header.timed_by is TimedBy.RTCP else "arrival",
            source_px=(header.source_width, header.source_height),
            pixels=pixels,
            number=header.number,
        )

    def _fail(self, error: MediaError) -> None:
        """Leave the reason in the slot, and hear no more."""
        self._end()
        self.slot.put(error)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self.questions.end()
            asyncio.get_running_loop().remove_reader(self._watched.end.fileno())
