"""Video without a network: frames a test shows, failures it wants, and how often it was opened."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.camera import Stream
from orchestrator.domain.figures import Flow
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Credentials, Frame, Pictures, Rate
from orchestrator.runtime.channels import Latest
from orchestrator.runtime.pace import Pace

KEPT = 3
"""Pictures whose parts can still be asked for."""

Held = tuple[float, int] | MediaError
"""When a grey picture was taken, and how grey it is; or why there are no more."""


class FakeFrames:
    """The ``Frames`` port in memory: one newest picture per camera, never a queue."""

    def __init__(self) -> None:
        """Start with nothing shown."""
        self._slots: dict[CameraId, Latest[Held]] = {}
        self._refusals: dict[CameraId, MediaError] = {}
        self._shown: dict[CameraId, dict[int, int]] = {}
        self._decoded: dict[CameraId, int] = {}
        self.opened: list[CameraId] = []
        self.open_now: set[CameraId] = set()

    def show(self, camera: CameraId, exposed_s: float, grey: int = 0) -> None:
        """Let a plain grey picture be the newest."""
        self._decoded[camera] = self._decoded.get(camera, 0) + 1
        self._slot(camera).put((exposed_s, grey))

    def fail(self, camera: CameraId, reason: str) -> None:
        """Let the open stream end with an error."""
        self._slot(camera).put(MediaError(reason))

    def refuse(
        self, camera: CameraId, reason: str | None, *, login: bool = False, hostile: bool = False
    ) -> None:
        """Let opening fail from now on, for whatever reason; None: let it succeed again."""
        self._refusals.pop(camera, None)
        if reason is not None:
            self._refusals[camera] = MediaError(reason, refused=login, hostile=hostile)

    def open(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        *,
        size_px: tuple[int, int],
        rate: Callable[[], Rate],
    ) -> AbstractAsyncContextManager[Pictures]:
        """Return the newest frames."""
        return self._opened(camera, stream, size_px, rate)

    async def crops(
        self, frame: Frame, boxes_px: NDArray[np.float32], size_px: tuple[int, int]
    ) -> NDArray[np.uint8] | None:
        """Return parts of one of the last pictures, as grey as all of it."""
        grey = self._shown.get(frame.camera, {}).get(frame.number)
        if grey is None or frame.camera not in self.open_now:
            return None
        return np.full((len(boxes_px), size_px[1], size_px[0], 3), grey, np.uint8)

    def flow(self, camera: CameraId) -> Flow:
        """Return what came of a camera's pictures: each that was shown was decoded."""
        slot = self._slots.get(camera)
        dropped = 0 if slot is None else slot.overwritten
        return Flow(self.opened.count(camera), self._decoded.get(camera, 0), dropped=dropped)

    @asynccontextmanager
    async def _opened(
        self,
        camera: CameraId,
        stream: Stream,
        size_px: tuple[int, int],
        rate: Callable[[], Rate],
    ) -> AsyncIterator[Pictures]:
        self.opened.append(camera)
        if camera in self._refusals:
            raise self._refusals[camera]
        self._slots[camera] = Latest()
        self._shown[camera] = {}
        self.open_now.add(camera)
        try:
            source_px = stream.width_px, stream.height_px
            shown = partial(self._frame, camera, (source_px, size_px), Pace(), rate)
            yield _Newest(self._slots[camera], shown)
        finally:
            self.open_now.discard(camera)

    def _frame(
        self,
        camera: CameraId,
        sizes_px: tuple[tuple[int, int], tuple[int, int]],
        pace: Pace,
        rate: Callable[[], Rate],
        held: tuple[float, int],
    ) -> Frame | None:
        """Return the picture unless it is one more than are wanted."""
        exposed_s, grey = held
        if not pace.lets_through(exposed_s, rate().fps):
            return None
        source_px, (wide, high) = sizes_px
        pixels = np.full((high, wide, 3), grey, np.uint8)
        shown = self._shown[camera]
        number = max(shown, default=0) + 1
        shown[number] = grey
        shown.pop(number - KEPT, None)
        return Frame(camera, exposed_s, "rtcp", source_px, pixels, number)

    def _slot(self, camera: CameraId) -> Latest[Held]:
        return self._slots.setdefault(camera, Latest())


class _Newest:
    """The ``Pictures`` port over a slot."""

    def __init__(
        self, slot: Latest[Held], frame: Callable[[tuple[float, int]], Frame | None]
    ) -> None:
        self._slot = slot
        self._frame = frame

    def __aiter__(self) -> "_Newest":
        return self

    async def __anext__(self) -> Frame:
        while True:
            frame = self._shown(await self._slot.take())
            if frame is not None:
                return frame

    def newer(self) -> Frame | None:
        held = self._slot.newer()
        return None if held is None else self._shown(held)

    def _shown(self, held: Held) -> Frame | None:
        if isinstance(held, MediaError):
            raise held
        return self._frame(held)


async def until(condition: Callable[[], object], timeout_s: float = 20.0) -> None:
    """Return once ``condition()`` is true; for what tells nobody when it comes about."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.002)
