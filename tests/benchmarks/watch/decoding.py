"""What our decoders cost: beside a plain PyAV loop on the same stream, and in memory per camera."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from orchestrator.adapters.video import RtspFrames
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Frame, Rate
from tests.benchmarks.measures import Measure
from tests.benchmarks.watch.cameras import FPS, Cameras
from tests.fakes.processes import decoders, descendants, proportional_mb
from tests.fakes.video_site import LOGIN

DETECTOR_PX = (256, 256)
SECONDS = 20.0
FEW, MANY = 2, 10
MOST_RATIO, MOST_MB = 1.10, 16.0


async def decoding(cameras: Cameras) -> list[Measure]:
    """Return our decoder's processor time a picture over that of PyAV; both watch at once."""
    camera = next(iter(cameras.streams))
    theirs_ms, (ours_ms, parent_ms) = await asyncio.gather(
        _pyav(cameras, camera), _ours(cameras, camera)
    )
    return [
        Measure("decode_vs_pyav", ours_ms / theirs_ms, "of its time", 1.0, MOST_RATIO),
        Measure("decode_cpu_ms", ours_ms, "ms a picture", theirs_ms),
        Measure("taking_cpu_ms", parent_ms, "ms a picture"),
    ]


async def _pyav(cameras: Cameras, camera: CameraId) -> float:
    """Return PyAV's processor time a picture (ms)."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.baselines.pyav_loop"),
        *(cameras.uri_with_login(camera), *map(str, DETECTOR_PX), str(SECONDS)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    told = json.loads(out)
    return float(1000 * told["cpu_s"] / told["pictures"])


async def _ours(cameras: Cameras, camera: CameraId) -> tuple[float, float]:
    """Return the processor time a picture (ms) of our decoder, and of taking it in the parent."""
    async with _opened(RtspFrames(cameras.host_of), cameras, [camera]) as [frames]:
        await anext(frames)
        [decoder] = decoders()
        parent_s, decoder_s = time.process_time(), cpu_s(decoder)
        began_s, pictures = time.monotonic(), 0
        while time.monotonic() - began_s < SECONDS:
            await anext(frames)
            pictures += 1
        parent_s, decoder_s = time.process_time() - parent_s, cpu_s(decoder) - decoder_s
    return 1000 * decoder_s / pictures, 1000 * parent_s / pictures


async def memory(cameras: Cameras) -> list[Measure]:
    """Return how much memory (PSS over all our processes) one more camera takes."""
    frames = RtspFrames(cameras.host_of)
    names = list(cameras.streams)
    before_mb = await _with(frames, cameras, names[:FEW])
    after_mb = await _with(frames, cameras, names[:MANY])
    each_mb = (after_mb - before_mb) / (MANY - FEW)
    return [Measure("pss_per_camera_mb", each_mb, "MB", None, MOST_MB)]


async def _with(frames: RtspFrames, cameras: Cameras, names: list[CameraId]) -> float:
    """Return our memory (MB, PSS) while so many cameras are watched."""
    async with _opened(frames, cameras, names) as opened:
        for _ in range(2 * FPS):
            await asyncio.gather(*(anext(each) for each in opened))
        ours = [os.getpid(), *(pid for pid in descendants() if pid != cameras.process.pid)]
        return sum(map(proportional_mb, ours))


@asynccontextmanager
async def _opened(
    frames: RtspFrames, cameras: Cameras, names: list[CameraId]
) -> AsyncIterator[list[AsyncIterator[Frame]]]:
    """Have several cameras' streams open."""
    rate = Rate(float(FPS), float(FPS))
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                frames.open(
                    name, cameras.streams[name], LOGIN, size_px=DETECTOR_PX, rate=lambda: rate
                )
            )
            for name in names
        ]


def cpu_s(pid: int) -> float:
    """Return a process' processor time, as the scheduler has it: ``stat`` only counts ticks."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9
