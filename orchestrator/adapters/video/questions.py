"""What the parent asks a decoder for while it decodes: parts of pictures, one ask at a time.

The answer is pixels in shared memory, at sizes that the ask gave, so there is nothing in it to be
believed. A decoder that does not answer soon is not waited for: what is asked for is old by then.
"""

import asyncio
import socket

import numpy as np
from numpy.typing import NDArray

from orchestrator.adapters.video.board import CROPS_BYTES, Board
from orchestrator.adapters.video.wire import Ask

LATEST_S = 2.0
MOST_BOXES = 128
_SMALL_BYTES = 1 << 20
"""So much of the place for answers keeps its memory from one to the next."""


class Questions:
    """Asks the decoder at the other end of a socket."""

    def __init__(self, board: Board, end: socket.socket) -> None:
        """Ask nothing yet."""
        self._board = board
        self._end = end
        self._turn = asyncio.Lock()
        self._number = 0
        self._answer: asyncio.Future[bool] | None = None
        self._ended = False

    async def crops(
        self, number: int, boxes_px: NDArray[np.float32], size_px: tuple[int, int]
    ) -> NDArray[np.uint8] | None:
        """Return (n, h, w, 3) parts of the picture of that number; None when they cannot be had."""
        width, height = size_px
        most = min(MOST_BOXES, CROPS_BYTES // max(1, width * height * 3))
        if not 0 < width < 1 << 16 or not 0 < height < 1 << 16 or not most:
            raise ValueError(f"a part of a picture cannot be {width}x{height} pixels")
        found = np.empty((len(boxes_px), height, width, 3), np.uint8)
        async with self._turn:
            for first in range(0, len(boxes_px), most):
                boxes = tuple(map(tuple, boxes_px[first : first + most].tolist()))
                if not await self._drawn(number, boxes, size_px) or self._ended:
                    return None
                found[first : first + most] = self._board.crops(len(boxes), *size_px)
            if most < len(boxes_px) or found.nbytes > _SMALL_BYTES:
                self._board.forget_crops()
        return found

    async def _drawn(
        self, number: int, boxes: tuple[tuple[float, ...], ...], size_px: tuple[int, int]
    ) -> bool:
        """Return whether the decoder has drawn what was asked for on the board."""
        if self._ended:
            return False
        loop = asyncio.get_running_loop()
        self._number += 1
        self._answer = loop.create_future()
        try:
            async with asyncio.timeout(LATEST_S):
                ask = Ask(self._number, number, size_px, boxes)
                await loop.sock_sendall(self._end, ask.packed())
                return await self._answer
        except (OSError, TimeoutError):
            return False
        finally:
            self._answer = None

    def answered(self, number: int, *, there: bool) -> None:
        """Hear that an ask was answered; what nobody waits for any more is let go."""
        if number == self._number and self._answer is not None and not self._answer.done():
            self._answer.set_result(there)

    def end(self) -> None:
        """Let nobody wait for an answer any more."""
        self._ended = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(False)
