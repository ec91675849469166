"""One suite for the ``Frames`` port: the fake, and the real one against a simulated camera."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from orchestrator.adapters.video import RtspFrames
from orchestrator.domain.camera import Stream
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Frame, Frames, Rate
from simulators.faults import Dead
from tests.fakes.frames import FakeFrames
from tests.fakes.video_site import LOGIN, VideoSite, film, serving

GATE = CameraId("gate")
SIZE = (160, 96)
ROUNDS = 5


@dataclass
class Shown:
    """A camera that shows pictures, and a way to end its stream."""

    frames: Frames
    stream: Stream
    site: VideoSite | None

    def opened(self, fps: float = 30.0) -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
        return self.frames.open(GATE, self.stream, LOGIN, size_px=SIZE, rate=lambda: Rate(fps, fps))

    async def fail(self) -> None:
        if isinstance(self.frames, FakeFrames):
            self.frames.fail(GATE, "gone")
        elif self.site is not None:
            await self.site.site.fault("gate", Dead())


@asynccontextmanager
async def in_memory() -> AsyncIterator[Shown]:
    fake = FakeFrames()

    async def show() -> None:
        while True:
            fake.show(GATE, time.monotonic(), grey=80)
            await asyncio.sleep(0.02)

    showing = asyncio.create_task(show())
    yield Shown(fake, Stream("main", "rtsp://192.0.2.1/", 320, 180, 10.0, "H264"), None)
    showing.cancel()


@asynccontextmanager
async def on_the_network(folder: Path) -> AsyncIterator[Shown]:
    async with serving(["gate"], source=film(folder / "film.mp4")) as site:
        yield Shown(RtspFrames(site.host_of), site.stream(GATE), site)


@pytest.fixture(params=["fake", "rtsp"])
async def shown(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shown]:
    made = in_memory() if request.param == "fake" else on_the_network(tmp_path)
    async with made as camera:
        yield camera


@pytest.mark.slow
async def test_frames_come_at_the_size_asked_for_and_in_order_of_exposure(shown: Shown) -> None:
    seen: list[Frame] = []
    async with shown.opened() as frames:
        async for frame in frames:
            seen.append(frame)
            if len(seen) == 6:
                break

    assert {frame.camera for frame in seen} == {GATE}
    assert {frame.source_px for frame in seen} == {(320, 180)}
    assert {frame.pixels.shape for frame in seen} == {(96, 160, 3)}
    assert {frame.pixels.dtype for frame in seen} == {np.dtype(np.uint8)}
    assert {frame.timed_by for frame in seen} <= {"rtcp", "arrival"}
    times = [frame.exposed_s for frame in seen]
    assert times == sorted(times)
    assert times[-1] <= time.monotonic()


async def share_of_the_sleep(frames: AsyncIterator[Frame]) -> float:
    """Sleep, take a frame, and return how old it is as a share of what was slept."""
    began_s = time.monotonic()
    await asyncio.sleep(0.7)
    late = await anext(frames)
    now_s = time.monotonic()
    return (now_s - late.exposed_s) / (now_s - began_s)


@pytest.mark.slow
async def test_a_slow_reader_loses_the_older_frames_and_never_the_newest(shown: Shown) -> None:
    async with shown.opened() as frames:
        await anext(frames)
        # Frames in a queue would be older from round to round; the newest is old only where the
        # machine stood still just now, which it does not do every time.
        late = [await share_of_the_sleep(frames)]
        while late[-1] >= 0.5 and len(late) < ROUNDS:
            late.append(await share_of_the_sleep(frames))

    assert late[-1] < 0.5, late


@pytest.mark.slow
async def test_a_stream_that_ends_is_a_media_error(shown: Shown) -> None:
    async with shown.opened() as frames:
        await anext(frames)
        await shown.fail()
        with pytest.raises(MediaError):
            async for _ in frames:
                pass


@pytest.mark.slow
async def test_a_stream_can_be_opened_again_after_it_was_left(shown: Shown) -> None:
    for _ in range(2):
        async with shown.opened() as frames:
            frame = await anext(frames)
            assert frame.pixels.mean() > 10


@pytest.mark.slow
async def test_parts_of_a_picture_can_be_asked_for_while_it_is_one_of_the_last(
    shown: Shown,
) -> None:
    boxes = np.array([[0, 0, 320, 180], [300, -20, 900, 40]], np.float32)
    async with shown.opened() as frames:
        frame = await anext(frames)
        parts = await shown.frames.crops(frame, boxes, (64, 128))
        for _ in range(4):
            await anext(frames)
        late = await shown.frames.crops(frame, boxes, (64, 128))
    closed = await shown.frames.crops(frame, boxes, (64, 128))

    assert parts is not None
    assert (parts.shape, parts.dtype) == ((2, 128, 64, 3), np.dtype(np.uint8))
    assert abs(float(parts.mean()) - float(frame.pixels.mean())) < 3.0
    assert late is None
    assert closed is None
