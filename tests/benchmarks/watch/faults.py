"""One camera of sixteen stalls, sends garbage, or loses its decoder: what the others notice of it."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from orchestrator.domain.ids import CameraId
from tests.benchmarks.measures import Measure
from tests.benchmarks.watch.cameras import FPS, Cameras
from tests.benchmarks.watch.watchers import Log, watching
from tests.fakes.frames import until
from tests.fakes.processes import decoders

CAMERAS = 16
WINDOW_S, FAULT_S = 12.0, 8.0
KILLS = 4
MOST_RATIO, MOST_MORE_MS, MOST_RECOVERY_S = 1.25, 3.0, 2.0
_STEADY_S = 3.0

Window = tuple[float, float]


async def faults(cameras: Cameras) -> list[Measure]:
    """Return what the faults of one camera cost its neighbours, and how soon it is back."""
    victim, *others = list(cameras.streams)[:CAMERAS]
    async with watching(cameras, [victim]) as log:
        first = await _decoders(1)
        async with watching(cameras, others) as neighbours:
            theirs = set(await _decoders(CAMERAS)) - set(first)
            await asyncio.sleep(_STEADY_S)
            quiet = [await _quiet()]
            hurt: list[Window] = []
            back_s: list[float] = []
            for what in ("stall", "garble"):
                hurt.append(await _faulty(cameras, what, victim, log, back_s))
                quiet.append(await _quiet())
            hurt.append(await _killed(theirs, victim, log, back_s))
            quiet.append(await _quiet())
    return _measures(neighbours, quiet, hurt, back_s)


def _measures(
    log: Log, quiet: list[Window], hurt: list[Window], back_s: list[float]
) -> list[Measure]:
    calm_ms, bad_ms = _p99_ms(log, quiet), _p99_ms(log, hurt)
    most = max(MOST_RATIO, (calm_ms + MOST_MORE_MS) / calm_ms)
    return [
        Measure("neighbour_frames_lost", _lost(log, hurt), "frames", _lost(log, quiet), 0.0),
        Measure("neighbour_p99_ratio", bad_ms / calm_ms, "of its time", 1.0, most),
        Measure("neighbour_p99_ms", bad_ms, "ms", calm_ms),
        Measure("recovery_s", max(back_s), "s", None, MOST_RECOVERY_S),
    ]


async def _decoders(count: int) -> list[int]:
    await until(lambda: len(decoders()) >= count, 60.0)
    return decoders()


async def _quiet() -> Window:
    began_s = time.monotonic()
    await asyncio.sleep(WINDOW_S)
    return began_s, time.monotonic()


async def _faulty(
    cameras: Cameras, what: str, victim: CameraId, log: Log, back_s: list[float]
) -> Window:
    """Have a camera fail for a while, and wait until it is back."""
    began_s = time.monotonic()
    await cameras.say(f"{what} {victim}")
    await asyncio.sleep(FAULT_S)
    await cameras.say(f"mend {victim}")
    back_s.append(await _back(victim, log, time.monotonic()))
    return began_s, time.monotonic()


async def _killed(neighbours: set[int], victim: CameraId, log: Log, back_s: list[float]) -> Window:
    """Kill a camera's decoder, which is none of its neighbours', and its next ones."""
    began_s = time.monotonic()
    for _ in range(KILLS):
        [process] = set(decoders()) - neighbours
        os.kill(process, signal.SIGKILL)
        back_s.append(await _back(victim, log, time.monotonic()))
        await asyncio.sleep(FAULT_S / KILLS)
    return began_s, time.monotonic()


async def _back(victim: CameraId, log: Log, since_s: float) -> float:
    """Return how long it takes until a picture is seen that was taken after ``since_s``."""
    await until(lambda: log.of(victim) and log.of(victim)[-1][0] > since_s, 60.0)
    return log.of(victim)[-1][1] - since_s


def _within(log: Log, windows: list[Window]) -> Iterator[list[tuple[float, float]]]:
    """Yield the frames of each neighbour in each window."""
    for began_s, ended_s in windows:
        for seen in log.frames.values():
            yield [frame for frame in seen if began_s <= frame[0] <= ended_s - 1.0]


def _lost(log: Log, windows: list[Window]) -> float:
    """Return how many frames are missing between those that were seen."""
    return float(
        sum(
            max(0, round((after[0] - before[0]) * FPS) - 1)
            for frames in _within(log, windows)
            for before, after in pairwise(frames)
        )
    )


def _p99_ms(log: Log, windows: list[Window]) -> float:
    """Return how long after its exposure all but one in a hundred frames were reported."""
    late_s = [told_s - at_s for frames in _within(log, windows) for at_s, told_s in frames]
    return float(1000 * np.percentile(late_s, 99))
