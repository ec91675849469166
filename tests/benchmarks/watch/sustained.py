"""How many cameras this machine watches at ten pictures a second without falling behind.

Everything runs as in the service: a decoder a camera, one detector for all, people described at most
once a second each, boxes put into tracks ten times a second. The cameras are a process of their own
on the same machine, whose processor time is told; they begin at random moments. Nothing is gated.
"""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from orchestrator.adapters.inference import OpenVinoDescriber, OpenVinoDetector
from orchestrator.config.cards import Task
from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.instant import Instant
from orchestrator.domain.sighting import Detections, Observation
from orchestrator.domain.site import Plan, Site
from orchestrator.domain.world import World
from orchestrator.ports import Describer
from orchestrator.track import tracked
from orchestrator.watch import Looked
from tests.benchmarks.measures import Measure
from tests.benchmarks.watch.cameras import FPS, SIZE_PX, Cameras, cameras
from tests.benchmarks.watch.decoding import cpu_s
from tests.benchmarks.watch.throughput import SHARED, shared_card, the_card
from tests.benchmarks.watch.watchers import Log, Senses, watching
from tests.fakes.processes import decoders

CLIP = SHARED / "clips" / "one-by-one-person-detection.mp4"
CLIP_FROM_S, CLIP_S = 7, 8
APART = "person-reidentification-retail-0287"
SETTLE_S, SECONDS, TICK_S = 4.0, 8.0, 0.1
STEPS = (2, 4, 6, 8, 12, 16, 24, 32)
IDLE_STEPS = (50, 100)
IDLE_FPS = 1.0
MOST_P95_MS, MOST_DROPPED, LEAST, LEAST_IDLE = 15.0, 0.005, 24, 100
IDLE_LATE_S = 3.5
"""An idle camera that was not looked at for so long is not watched: key pictures come every other second."""


@dataclass(frozen=True, slots=True)
class Load:
    """What so many cameras came to; processor times are a share of one core.

    ``p95_ms`` is from exposure to the detector's answer, ``told_p95_ms`` to the report, for which those
    who are described are waited.
    """

    count: int
    p95_ms: float
    told_p95_ms: float
    dropped: float
    ours: float
    served: float

    @property
    def kept_up(self) -> bool:
        """Say whether pictures were searched, all but a few, however late."""
        return self.dropped <= MOST_DROPPED

    @property
    def sustained(self) -> bool:
        """Say whether nothing fell behind, or was late."""
        return self.kept_up and self.p95_ms <= MOST_P95_MS


async def sustained(film: Path) -> list[Measure]:
    """Return how many busy and how many idle cameras were kept up with, and what that cost."""
    async with AsyncExitStack() as stack:
        detector = await OpenVinoDetector.opened(the_card())
        stack.push_async_callback(detector.aclose)
        describer = await _describer(stack)
        senses = Senses(detector, describer)
        busy = await _steps(STEPS, film, senses)
        idle = [await _idle(count, film, senses) for count in IDLE_STEPS]
    best = max((load for load in busy if load.sustained), key=lambda load: load.count, default=None)
    told = best or busy[0]
    return [
        Measure("cameras_sustained", best.count if best else 0, "cameras", None, LEAST, least=True),
        Measure("frame_to_detection_p95_ms", told.p95_ms, "ms", None, MOST_P95_MS),
        Measure("dropped_share", told.dropped, "of pictures", None, MOST_DROPPED),
        Measure("frame_to_report_p95_ms", told.told_p95_ms, "ms"),
        Measure("sustained_cpu_ms", 1000 * told.ours / (told.count * FPS), "ms a picture"),
        Measure("sustained_server_cpu", told.served, "of a core"),
        Measure("cameras_by_cpu", _by_cpu(told), "cameras, by arithmetic"),
        *_kept_up(busy),
        Measure(
            "idle_cameras_sustained",
            max((count for count, well, _ in idle if well), default=0),
            "cameras",
            None,
            LEAST_IDLE,
            least=True,
        ),
        Measure("idle_cpu_share", idle[-1][2] / idle[-1][0], "of a core a camera"),
    ]


def _by_cpu(load: Load) -> float:
    """Return for how many cameras the processor time of all cores would do, theirs included."""
    return len(os.sched_getaffinity(0)) * load.count / (load.ours + load.served)


def _kept_up(loads: Sequence[Load]) -> list[Measure]:
    """Return how many cameras lost no pictures, however late answers were, and how late that was."""
    most = max((load for load in loads if load.kept_up), key=lambda load: load.count, default=None)
    if most is None:
        return [Measure("cameras_kept_up", 0, "cameras")]
    return [
        Measure("cameras_kept_up", most.count, "cameras"),
        Measure("kept_up_p95_ms", most.p95_ms, "ms"),
        Measure("kept_up_cpu", most.ours, "of a core"),
    ]


async def _steps(counts: Sequence[int], film: Path, senses: Senses) -> list[Load]:
    """Return how ever more cameras fared, up to the first that pictures of were left out."""
    loads: list[Load] = []
    for count in counts:
        loads.append(await _load(count, film, senses))
        if not loads[-1].kept_up:
            break
    return loads


async def _load(count: int, film: Path, senses: Senses) -> Load:
    """Return how so many busy cameras fare."""
    async with cameras(count, film) as served:
        names = list(served.streams)
        async with (
            watching(served, names, senses, phase=random.Random(1)) as log,
            _tracking(names, log.taken),
        ):
            await asyncio.sleep(SETTLE_S + count / 10)
            for seen in log.frames.values():
                seen.clear()
            before = _ages(log)
            spent = await _spent(served)
            ages = _ages(log) - before
    reported_s = [done_s - exposed_s for seen in log.frames.values() for exposed_s, done_s in seen]
    answered_s = Looked(ages=tuple(ages.tolist())).age_at_s(0.95)
    return Load(
        count,
        float("inf") if answered_s is None else 1000 * answered_s,
        1000 * float(np.percentile(reported_s, 95)) if reported_s else float("inf"),
        max(0.0, 1.0 - len(reported_s) / (count * FPS * SECONDS)),
        *spent,
    )


def _ages(log: Log) -> NDArray[np.int64]:
    """Return how old answers were so far, as ``Looked`` counts them, over all cameras."""
    ages = [tally.looked.ages for tally in log.tallies.values()]
    return np.asarray(np.array(ages, np.int64).sum(axis=0), np.int64)


async def _idle(count: int, film: Path, senses: Senses) -> tuple[int, bool, float]:
    """Return so many idle cameras, whether each was looked at often enough, and our share of a core."""
    async with cameras(count, film) as served:
        names = list(served.streams)
        async with watching(served, names, senses, fps=IDLE_FPS, phase=random.Random(1)) as log:
            await asyncio.sleep(SETTLE_S + count / 10)
            spent, _ = await _spent(served)
            latest_s = time.monotonic() - IDLE_LATE_S
            well = all(log.of(name) and log.of(name)[-1][1] >= latest_s for name in names)
    return count, well, spent


async def _spent(served: Cameras) -> tuple[float, float]:
    """Return our processes' and the cameras' processor time meanwhile, as shares of a core."""
    ours, theirs, began_s = _ours_s(), _whole_s(served.process.pid), time.monotonic()
    await asyncio.sleep(SECONDS)
    took_s = time.monotonic() - began_s
    return (_ours_s() - ours) / took_s, (_whole_s(served.process.pid) - theirs) / took_s


def _whole_s(pid: int) -> float:
    """Return the processor time of all threads of a process (s)."""
    return sum(
        int((task / "schedstat").read_text("ascii").split()[0]) / 1e9
        for task in Path(f"/proc/{pid}/task").iterdir()
    )


def _ours_s() -> float:
    """Return the processor time of this process and its decoders (s)."""
    return time.process_time() + sum(cpu_s(pid) for pid in decoders())


@asynccontextmanager
async def _tracking(names: Sequence[CameraId], taken: list[Observation]) -> AsyncIterator[None]:
    """Put what was found into tracks, ten times a second; each camera has a floor of its own."""
    lens = Lens(70, 70, *SIZE_PX)
    site = Site(
        "bench",
        "UTC",
        Plan(100.0 * len(names), 100.0),
        tuple(
            Camera(name, "", 80, "", Mount(100.0 * n, 50, 4, 0, -20), lens)
            for n, name in enumerate(names)
        ),
    )

    async def track() -> None:
        world = World()
        while True:
            await asyncio.sleep(TICK_S)
            seen = [one for one in taken if isinstance(one, Detections)]
            taken.clear()
            now = Instant(time.monotonic(), datetime.now(UTC))
            world = tracked(site, world, seen, now)

    tracking = asyncio.create_task(track())
    try:
        yield
    finally:
        tracking.cancel()
        await asyncio.wait({tracking})


async def _describer(stack: AsyncExitStack) -> Describer | None:
    """Return the model that tells people apart, where it is here."""
    card = shared_card(APART, Task.DESCRIBE)
    if card is None:
        return None
    describer = await OpenVinoDescriber.opened(card)
    stack.push_async_callback(describer.aclose)
    return describer


def film_of_people(path: Path, otherwise: Path) -> Path:
    """Return a film of somebody who walks by, at the size of streams; without the clip, another."""
    if not CLIP.exists():
        return otherwise
    wide, high = SIZE_PX
    with av.open(str(CLIP)) as film, av.open(str(path), "w") as cut:
        stream = cut.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        for number, frame in enumerate(film.decode(video=0)):
            if CLIP_FROM_S * FPS <= number < (CLIP_FROM_S + CLIP_S) * FPS:
                shown = frame.reformat(wide, high, "yuv420p")
                shown.pts, shown.time_base = number - CLIP_FROM_S * FPS, Fraction(1, FPS)
                cut.mux(stream.encode(shown))
        cut.mux(stream.encode(None))
    return path
