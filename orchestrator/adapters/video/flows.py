"""What came of every camera's video, over all the decoders that were started for it.

A decoder counts on its board. What it says is not believed further than that it is a number: one that
lies spoils its own figures.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from orchestrator.adapters.video.board import Board
from orchestrator.domain.figures import Flow
from orchestrator.domain.ids import CameraId

_MOST: Final = 1 << 53
"""Larger numbers no double holds exactly, and no decoder decodes so much."""


class Flows:
    """The figures of all cameras."""

    def __init__(self) -> None:
        """Begin with none."""
        self._past: dict[CameraId, Flow] = {}
        self._now: dict[CameraId, Callable[[], Flow]] = {}

    def of(self, camera: CameraId) -> Flow:
        """Return what came of a camera's video so far."""
        past, now = self._past.get(camera, Flow()), self._now.get(camera)
        return past if now is None else past.plus(now())

    def begins(self, camera: CameraId) -> None:
        """Count a decoder that is started, whatever comes of it."""
        self._past[camera] = self._past.get(camera, Flow()).plus(Flow(opened=1))

    @contextmanager
    def counted(self, camera: CameraId, board: Board, dropped: Callable[[], int]) -> Iterator[None]:
        """Count what a decoder says on its board, and what nobody looked at, meanwhile."""

        def now() -> Flow:
            return Flow(
                decoded=min(board.decoded, _MOST),
                gated=min(board.left_out, _MOST),
                lost=min(board.lost, _MOST),
                dropped=dropped(),
            )

        self._now[camera] = now
        try:
            yield
        finally:
            if self._now.get(camera) is now:
                del self._now[camera]
            self._past[camera] = self._past.get(camera, Flow()).plus(now())
