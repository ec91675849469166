"""An hour of sixteen cameras, one of which loses its decoder now and then: what grows meanwhile?

``LONG=1`` asks for it, ``LONG_S`` for less than an hour.
"""

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np

from tests.benchmarks.measures import Measure
from tests.benchmarks.watch.cameras import Cameras
from tests.benchmarks.watch.watchers import watching
from tests.fakes.processes import decoders, descendants, proportional_mb

CAMERAS = 16
HOUR_S = 3600.0
EVERY_S = 20.0
SETTLED = 0.2
"""The share of the time in which whatever grows at first has grown."""
MOST_MB_PER_H = 5.0


@dataclass(frozen=True, slots=True)
class _Sample:
    """What we hold at a moment: memory of all our processes, files and threads of all of them."""

    at_s: float
    rss_mb: float
    pss_mb: float
    fds: int
    threads: int


async def hour(cameras: Cameras) -> list[Measure]:
    """Return what grew."""
    seconds = float(os.environ.get("LONG_S", HOUR_S))
    began_s = time.monotonic()
    samples: list[_Sample] = []
    pictures = 0
    async with watching(cameras, list(cameras.streams)[:CAMERAS]) as log:
        for turn in cycle(range(CAMERAS)):
            await asyncio.sleep(EVERY_S)
            pictures += sum(map(len, log.frames.values()))
            log.frames.clear()  # what is measured must not be what measures
            if len(decoders()) == CAMERAS:
                samples.append(_sample(began_s, cameras.process.pid))
            if time.monotonic() - began_s > seconds and len(samples) > 3:
                break
            os.kill(sorted(decoders())[turn % len(decoders())], signal.SIGKILL)
    sys.stdout.write(f"{pictures} pictures in {seconds:g} s, {len(samples)} samples\n")
    return _grown([one for one in samples if one.at_s > SETTLED * seconds] or samples)


def _grown(samples: list[_Sample]) -> list[Measure]:
    first, last = samples[0], samples[-1]
    hours = [one.at_s / HOUR_S for one in samples]

    def slope(values: list[float]) -> float:
        return float(np.polyfit(hours, values, 1)[0])

    return [
        Measure(
            "rss_slope_mb_per_h", slope([one.rss_mb for one in samples]), "MB/h", 0.0, MOST_MB_PER_H
        ),
        Measure("pss_slope_mb_per_h", slope([one.pss_mb for one in samples]), "MB/h"),
        Measure("fds_grown", float(last.fds - first.fds), "handles", 0.0, 0.0),
        Measure("threads_grown", float(last.threads - first.threads), "threads", 0.0, 0.0),
        Measure("watched_s", last.at_s, "s"),
    ]


def _sample(began_s: float, apart: int) -> _Sample:
    """Return what our processes hold, without the one that serves the cameras."""
    ours = [os.getpid(), *(pid for pid in descendants() if pid != apart)]
    return _Sample(
        time.monotonic() - began_s,
        sum(map(_rss_mb, ours)),
        sum(map(proportional_mb, ours)),
        sum(_count(pid, "fd") for pid in ours),
        sum(_count(pid, "task") for pid in ours),
    )


def _count(pid: int, what: str) -> int:
    return len(list(Path(f"/proc/{pid}/{what}").iterdir()))


def _rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
