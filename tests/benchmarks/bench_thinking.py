"""How long the thinking rooms take for fifty cameras and twenty people.

    python tests/benchmarks/bench_thinking.py

Half of the cameras are heads with eight presets; each camera delivers five frames a second.
Prints milliseconds of processor time per tick of 100 ms, as one JSON object.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from orchestrator.domain.camera import Aim, Camera, LinkState, PtzPose
from orchestrator.domain.ids import CameraId, ZoneId
from orchestrator.domain.instant import Instant
from orchestrator.domain.sighting import Detections
from orchestrator.domain.site import Site, Zone
from orchestrator.domain.world import CameraState, World
from orchestrator.geometry.ptz import aim_of
from orchestrator.handoff import handed_off
from orchestrator.recognise import recognised
from orchestrator.topology import built
from orchestrator.track import tracked
from tests.fakes.walkers import Walk, dome, fixed, instant, passport, picture, site_of

WIDTH_M, HEIGHT_M = 420.0, 140.0
REST = PtzPose(0.0, 0.35, 0.1)


def large_site() -> tuple[Site, float]:
    """Return a site of fifty cameras, and how long its topology took in seconds."""
    rng = np.random.default_rng(0)
    turns = rng.uniform(0.0, 360.0, 50).tolist()
    heads = [dome(f"d{i}", 20 + 40 * (i % 10), 20 + 40 * (i // 10), turns[i]) for i in range(25)]
    gates = [
        fixed(f"f{i}", 30 + 40 * (i % 10), 30 + 40 * (i // 10), turns[25 + i]) for i in range(25)
    ]
    zones = tuple(
        Zone(ZoneId(f"z{i}"), ((40.0 * i, 0.0), (40.0 * i + 30, 0.0), (40.0 * i, HEIGHT_M)))
        for i in range(10)
    )
    site = replace(site_of(*heads, *gates, size_m=(WIDTH_M, HEIGHT_M)), zones=zones)
    presets = {f"p{k}": PtzPose(-0.8 + 0.2 * k, 0.35, 0.1) for k in range(8)}
    begin = time.process_time()
    topology = built(site, {head.id: passport(head, **presets) for head in heads})
    return replace(site, topology=topology), time.process_time() - begin


def states(site: Site) -> dict[CameraId, CameraState]:
    """Return every camera online and every head at rest."""
    return {
        camera.id: CameraState(LinkState.ONLINE, aim=aim_of(camera, REST) if camera.ptz else None)
        for camera in site.cameras
    }


def stepped(
    site: Site, world: World, seen: Sequence[Detections], now: Instant
) -> tuple[World, tuple[float, float, float]]:
    """Return the world after one tick, and the milliseconds of each room."""
    begin = time.process_time()
    world = tracked(site, world, seen, now)
    after_track = time.process_time()
    world = handed_off(site, world, now)
    after_handoff = time.process_time()
    world = recognised(site, world, now)
    done = time.process_time()
    return world, (
        1e3 * (after_track - begin),
        1e3 * (after_handoff - after_track),
        1e3 * (done - after_handoff),
    )


def main() -> None:
    """Run ten seconds and print the medians."""
    site, built_s = large_site()
    rng = np.random.default_rng(1)
    walks = [
        Walk(
            (rng.uniform(5, WIDTH_M - 5), rng.uniform(5, HEIGHT_M - 5)),
            tuple(rng.normal(0, 1, 2)),
            wears=(tuple(rng.uniform(0, 255, 3)), tuple(rng.uniform(0, 255, 3))),
        )
        for _ in range(20)
    ]
    spent = []
    world = replace(World(), cameras=states(site))
    for tick in range(100):
        at_s = tick / 10
        seen = [
            picture(camera, walks, at_s, aim=_aim(camera), rng=rng, detection=0.9, noise=0.03)
            for index, camera in enumerate(site.cameras)
            if (index + tick) % 2
        ]
        world, times_ms = stepped(site, world, seen, instant(at_s))
        spent.append(times_ms)
    rooms = zip(("track", "handoff", "recognise"), zip(*spent, strict=True), strict=True)
    result: dict[str, float] = {f"{name}_ms": round(median(ms), 2) for name, ms in rooms}
    result |= {"topology_s": round(built_s, 2), "views": len(site.topology.views)}
    result |= {"targets": len(world.targets), "arrivals": len(world.arrivals)}
    sys.stdout.write(json.dumps(result) + "\n")


def _aim(camera: Camera) -> Aim:
    return aim_of(camera, REST)


if __name__ == "__main__":
    main()
