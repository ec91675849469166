"""Many cameras watched as the service watches them, with a detector that finds nothing at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

import numpy as np

from orchestrator.adapters.system import SystemClock
from orchestrator.adapters.video import RtspFrames
from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Attention, Regard
from orchestrator.domain.sighting import Detections, Observation
from orchestrator.domain.veil import CLEAR
from orchestrator.ports import Describer, Detector, Found, Frame, Look
from orchestrator.watch import Describing, FixedPose, Means, Tally, watched
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

    tallies: dict[CameraId, Tally] = field(default_factory=dict)
    taken: list[Observation] = field(default_factory=list)
    """What was reported, for whoever takes it from here."""
    frames: dict[CameraId, list[tuple[float, float]]] = field(default_factory=dict)

    def note(self, observation: Observation, now_s: float) -> None:
        """Take what a camera reported."""
        if isinstance(observation, Detections):
            seen = self.frames.setdefault(observation.camera, [])
            seen.append((observation.exposed_s, now_s))
            self.taken.append(observation)

    def of(self, camera: CameraId) -> list[tuple[float, float]]:
        """Return a camera's frames."""
        return self.frames.setdefault(camera, [])


@dataclass(frozen=True, slots=True)
class Senses:
    """What pictures are searched with, and who tells people apart (None: nobody)."""

    detector: Detector
    describer: Describer | None = None


BLIND = Senses(Blind())


@asynccontextmanager
async def watching(
    cameras: Cameras,
    names: Sequence[CameraId],
    senses: Senses = BLIND,
    *,
    fps: float = 3.0 * FPS,
    phase: Random | None = None,
) -> AsyncIterator[Log]:
    """Have cameras watched until the end; begun at once, or each at a random moment of its own."""
    log, clock, frames = Log(), SystemClock(), RtspFrames(cameras.host_of)

    async def watch(name: CameraId) -> None:
        await asyncio.sleep(0.0 if phase is None else phase.uniform(0.0, len(names) / FPS))
        camera, describer = replace(CAMERA, id=name), senses.describer
        means = None if describer is None else Means(camera, frames, describer, lambda: CLEAR)
        await watched(
            camera,
            frames=frames,
            detector=senses.detector,
            streams=(cameras.streams[name],),
            credentials=LOGIN,
            attention=partial(Attention, name, fps, fps),
            poses=FixedPose(CAMERA),
            tally=log.tallies.setdefault(name, Tally()),
            report=lambda seen: log.note(seen, clock.now().mono_s),
            clock=clock,
            describing=None if means is None else Describing(means),
        )

    tasks = [asyncio.create_task(watch(name)) for name in names]
    try:
        yield log
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
