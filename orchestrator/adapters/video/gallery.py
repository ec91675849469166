"""Where a decoder shows its pictures, and what it still has of them when the parent asks for more.

The parent gets every picture at the detector's size. The last few stay here as they were decoded, so
that a small part of one (a far person, a body to be known again) can be had as sharp as the camera
sent it, without anybody sending or keeping whole pictures.
"""

import socket
from dataclasses import dataclass

import numpy as np
from av import VideoFrame

from orchestrator.adapters.video.board import SLOTS, Board
from orchestrator.adapters.video.gate import MotionGate
from orchestrator.adapters.video.planes import Box, luma, scaled_bgr
from orchestrator.adapters.video.wire import (
    ASK_HEAD_BYTES,
    Ask,
    Header,
    Message,
    Order,
    TimedBy,
    ask_in,
)
from orchestrator.runtime.pace import Pace

MOST_KEPT = SLOTS
MOST_KEPT_PIXELS = 12_000_000
"""Of a camera with large pictures fewer are kept: 18 MB in all, or one."""


@dataclass(frozen=True, slots=True)
class Taken:
    """When a picture was taken (CLOCK_MONOTONIC s), and whether that is the camera's own word."""

    exposed_s: float
    believed: bool


class Gallery:
    """Where the parent finds our pictures; one for which there is no room yet is dropped."""

    def __init__(self, end: socket.socket, board: Board, order: Order) -> None:
        """Keep the way to the parent, and what it ordered."""
        self._end = end
        self._board = board
        self._order = order
        self._number = 0
        self._kept: dict[int, VideoFrame] = {}
        self._gate = MotionGate()
        self._still_pace = Pace()

    @property
    def shown(self) -> int:
        """How many pictures were shown."""
        return self._number

    def say(self, message: Message, body: bytes = b"", *, number: int = 0) -> None:
        """Send a message that is not a picture."""
        self._end.sendall(Header(message, body_bytes=len(body), number=number).packed() + body)

    def show(self, frame: VideoFrame, taken: Taken) -> None:
        """Show a picture at the size that was ordered, unless it is of no use to the parent."""
        if self._number - self._board.taken >= SLOTS or self._is_still(frame, taken):
            self._board.count(left_out=1)
            return
        self._number += 1
        scaled_bgr(frame, self._board.slot(self._number))
        self._keep(frame)
        header = Header(
            Message.FRAME,
            TimedBy.RTCP if taken.believed else TimedBy.ARRIVAL,
            *(self._order.width, self._order.height, frame.width, frame.height),
            number=self._number,
            exposed_s=taken.exposed_s,
        )
        self._end.sendall(header.packed())

    def answer(self) -> None:
        """Draw what the parent asks for now, and say so; ``OSError`` when it is gone."""
        ask = ask_in(self._heard(ASK_HEAD_BYTES), self._heard)
        frame = self._kept.get(ask.number)
        if frame is not None:
            self._draw(frame, ask)
        self._end.sendall(
            Header(Message.CROPS, width=int(frame is not None), number=ask.id).packed()
        )

    def _heard(self, count: int) -> bytes:
        data = self._end.recv(count, socket.MSG_WAITALL)
        if len(data) < count:
            raise ConnectionResetError("the parent has hung up")
        return data

    def _draw(self, frame: VideoFrame, ask: Ask) -> None:
        width, height = ask.size_px
        places = self._board.crops(len(ask.boxes_px), width, height)
        for place, box in zip(places, ask.boxes_px, strict=True):
            scaled_bgr(frame, place, _within(frame, box))

    def _keep(self, frame: VideoFrame) -> None:
        """Keep a picture as it was decoded, and let the oldest go."""
        self._kept[self._number] = frame
        most = max(1, min(MOST_KEPT, MOST_KEPT_PIXELS // (frame.width * frame.height)))
        while len(self._kept) > most:
            del self._kept[next(iter(self._kept))]

    def _is_still(self, frame: VideoFrame, taken: Taken) -> bool:
        """Return whether nothing moves, and no picture of that is due either."""
        if self._board.still_fps >= self._board.fps:
            return False
        if self._gate.moved(luma(frame)):
            return False
        return not self._still_pace.lets_through(taken.exposed_s, self._board.still_fps)


def _within(frame: VideoFrame, box: tuple[float, ...]) -> Box:
    """Return a box in whole pixels of a frame, at least one; what sticks out is cut off."""
    left, top, right, bottom = np.nan_to_num(np.array(box), posinf=1e6, neginf=0.0)
    x1, y1 = (
        int(np.clip(np.floor(near), 0, side - 1))
        for near, side in ((left, frame.width), (top, frame.height))
    )
    x2, y2 = (
        int(np.clip(np.ceil(far), low + 1, side))
        for far, low, side in ((right, x1, frame.width), (bottom, y1, frame.height))
    )
    return x1, y1, x2, y2
