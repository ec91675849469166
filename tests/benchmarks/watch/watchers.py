"""Many cameras watched as the service watches them, with a detector that finds nothing at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from orchestrator.adapters.system import SystemClock
from orchestrator.adapters.video import RtspFrames
from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Attention, Regard
from orchestrator.domain.sighting import Detections, Observation
from orchestrator.ports import Found, Frame, Look
from orchestrator.watch import FixedPose, Tally, watched
from tests.benchmarks.watch.cameras import FPS, SIZE_PX, Cameras
from tests.fakes.video_site import LOGIN

DETECTOR_PX = (256, 256)
CAMERA = Camera(CameraId("any"), "", 80, "", Mount(0, 0, 4, 0, -20), Lens(70, 70, *SIZE_PX))


class Blind:
    """The ``Detector`` port: nobody is there, at once."""

    @property
    def input_px(self) -> tuple[int, int]:
        """Return the (width, height) frames must have."""
        return DETECTOR_PX

    @asynccontextmanager
    async def turn(self, _regard: Regard) -> AsyncIterator[Look]:
        """Have it at once."""
        yield self.detect

    async def detect(self, _frame: Frame) -> Found:
        """Find nothing."""
        none = np.empty(0)
        return Found(np.empty((0, 4), np.float32), none.astype(np.float32), none.astype(np.int8))

    async def aclose(self) -> None:
        """Nothing is open."""


@dataclass
class Log:
    """When each frame of a camera was exposed and when it was reported (monotonic s)."""

    frames: dict[CameraId, list[tuple[float, float]]] = field(default_factory=dict)

    def note(self, observation: Observation, now_s: float) -> None:
        """Take what a camera reported."""
        if isinstance(observation, Detections):
            seen = self.frames.setdefault(observation.camera, [])
            seen.append((observation.exposed_s, now_s))

    def of(self, camera: CameraId) -> list[tuple[float, float]]:
        """Return a camera's frames."""
        return self.frames.setdefault(camera, [])


@asynccontextmanager
async def watching(cameras: Cameras, names: Sequence[CameraId]) -> AsyncIterator[Log]:
    """Have cameras watched until the end, every picture of them."""
    log, clock, frames = Log(), SystemClock(), RtspFrames(cameras.host_of)
    tasks = [
        asyncio.create_task(
            watched(
                replace(CAMERA, id=name),
                frames=frames,
                detector=Blind(),
                stream=cameras.streams[name],
                credentials=LOGIN,
                attention=partial(Attention, name, 3.0 * FPS, 3.0 * FPS),
                poses=FixedPose(CAMERA),
                tally=Tally(),
                report=lambda seen: log.note(seen, clock.now().mono_s),
                clock=clock,
            )
        )
        for name in names
    ]
    try:
        yield log
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
