"""The simulated site as a network: the world steps in real time, and every camera answers.

The world moves in ticks of 20 ms that are counted from the start, so that a late tick is caught up
and none is lost; ``epoch_s + facility.time_s`` is the monotonic time of every tick, and with it
of every exposure.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from simulators.device.login import Authentication
from simulators.facility import Facility
from simulators.faults import Fault
from simulators.logins import logins
from simulators.station import Station
from simulators.truth import TruthFile, people_line, vehicles_line

TICK_S = 0.02
_WORLD_EVERY = 5
_FLUSH_EVERY = 50
_THREADS = 1
"""Drawing holds the interpreter most of the time: a second thread would only slow the first."""


class Site:
    """A facility on the network; made by ``running``."""

    def __init__(
        self,
        facility: Facility,
        stations: Mapping[str, Station],
        truth: TruthFile,
        epoch_s: float,
    ) -> None:
        """Keep the parts; ``epoch_s`` is the monotonic time of the facility's time zero."""
        self.facility = facility
        self.stations = stations
        self.epoch_s = epoch_s
        self._truth = truth
        self._ticks = 0

    async def fault(self, camera: str, fault: Fault) -> None:
        """Bring a fault about."""
        self._truth.write("fault", time.monotonic(), camera=camera, what=repr(fault))
        await self.stations[camera].fail(fault)

    async def mend(self, camera: str) -> None:
        """Undo every fault of a camera."""
        self._truth.write("fault", time.monotonic(), camera=camera, what="mended")
        await self.stations[camera].mend()

    def watchers(self, camera: str) -> int:
        """Return how many watch a camera's stream."""
        return self.stations[camera].live.watchers

    def world_s(self) -> float:
        """Return the monotonic time at which the world is."""
        return self.epoch_s + self.facility.time_s

    def tick(self) -> None:
        """Let the world go on by ``TICK_S``."""
        self.facility.step(TICK_S)
        self._ticks += 1
        self._look_at_heads()
        if self._ticks % _WORLD_EVERY == 0:
            self._write_world()
        if self._ticks % _FLUSH_EVERY == 0:
            self._truth.flush()

    async def tick_for_ever(self) -> None:
        """Keep the world at the machine's time until cancelled."""
        while True:
            while self.world_s() + TICK_S <= time.monotonic():
                self.tick()
            await asyncio.sleep(self.world_s() + TICK_S - time.monotonic())

    def start(self, seed: int | None) -> None:
        """Write how the world begins."""
        cameras = [_camera_line(station) for station in self.stations.values()]
        self._truth.write("start", self.world_s(), seed=seed, cameras=cameras)
        self._look_at_heads()
        self._write_world()
        self._truth.flush()

    def _look_at_heads(self) -> None:
        at_s = self.world_s()
        for camera, station in self.stations.items():
            station.watch.seen(self.facility.head(camera), at_s)

    def _write_world(self) -> None:
        self._truth.write(
            "world",
            self.world_s(),
            people=people_line(self.facility.people),
            vehicles=vehicles_line(self.facility.vehicles),
        )


@asynccontextmanager
async def running(
    facility: Facility,
    *,
    secrets: Path | Mapping[str, tuple[str, str]],
    truth: Path | None = None,
    seed: int | None = None,
    realtime: bool = True,
    authentication: Mapping[str, Authentication] | None = None,
) -> AsyncIterator[Site]:
    """Serve ``facility`` until the block ends; ``realtime=False`` leaves ticking to the caller.

    ``secrets`` is a folder of secret files or user name and password by secret name. A camera
    that ``authentication`` does not name accepts what its plan says.
    """
    truth_file = TruthFile(truth)
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="picture")
    site = _site(
        facility,
        secrets=secrets,
        truth=truth_file,
        pool=pool,
        seed=seed or 0,
        authentication=authentication or {},
    )
    truth_file.open()
    try:
        site.start(seed)
        async with asyncio.TaskGroup() as tasks:
            running_tasks = [
                tasks.create_task(work)
                for station in site.stations.values()
                for work in (station.live.run(), station.raise_alarms())
            ]
            if realtime:
                running_tasks.append(tasks.create_task(site.tick_for_ever()))
            try:
                for station in site.stations.values():
                    await station.open()
                yield site
            finally:
                for station in site.stations.values():
                    await station.close()
                for task in running_tasks:
                    task.cancel()
    finally:
        pool.shutdown()
        truth_file.close()


def _site(
    facility: Facility,
    *,
    secrets: Path | Mapping[str, tuple[str, str]],
    truth: TruthFile,
    pool: Executor,
    seed: int,
    authentication: Mapping[str, Authentication],
) -> Site:
    known = logins({spec.credentials for spec in facility.cameras.values()}, secrets)
    stations: dict[str, Station] = {}
    site = Site(facility, stations, truth, time.monotonic() - facility.time_s)
    for number, (camera, spec) in enumerate(facility.cameras.items()):
        stations[camera] = Station(
            facility,
            spec,
            known[spec.credentials],
            authentication=authentication.get(camera, Authentication(spec.authentication)),
            truth_file=truth,
            world_s=site.world_s,
            pool=pool,
            seed=seed,
            phase=number / len(facility.cameras),
        )
    return site


def _camera_line(station: Station) -> Mapping[str, object]:
    spec = station.spec
    return {
        "id": spec.id,
        "host": spec.host,
        "ptz": spec.ptz is not None,
        "at": list(spec.at),
    }
