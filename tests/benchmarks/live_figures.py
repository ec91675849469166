"""Figures of the live tracker on a simulated site: one of many cameras, and what a site costs."""

import time

import numpy as np

from orchestrator.domain.world import World
from orchestrator.track import tracked
from tests.benchmarks.bench_thinking import HEIGHT_M, WIDTH_M
from tests.fakes.walkers import Walk, fixed, instant, picture, site_of, watched

CAMERAS = range(1, 33)
LASTS_S = 20.0
FPS = 5.0
NEAR_M = 1.0
SETTLES_S = 1.0


def reported_share(count: int) -> float:
    """Return in which share of steps exactly one target, near the truth, is listed.

    One walker is seen by the first of ``count`` cameras; the others look elsewhere and say so.
    """
    eyes = [fixed("eye", 30.0, 2.0, 0.0)]
    eyes += [fixed(f"away{index}", 30.0, 1.0, 180.0) for index in range(1, count)]
    site = site_of(*eyes)
    good = steps = 0
    for seed in range(3):
        walk = Walk((25.0 + seed, 13.0), (0.4, 0.1 - 0.1 * seed))
        first_s = None
        worlds = watched(site, [walk], until_s=LASTS_S, fps=FPS, seed=seed, detection=0.9)
        for tick, world in enumerate(worlds):
            at_s = tick / FPS
            if first_s is None and world.sightings:
                first_s = at_s
            if first_s is None or at_s < first_s + SETTLES_S:
                continue
            steps += 1
            good += _one_near(world, walk, at_s)
    return good / max(steps, 1)


def _one_near(world: World, walk: Walk, at_s: float) -> bool:
    off = [np.hypot(*(np.array(target.position_m) - walk.at(at_s))) for target in world.targets]
    return len(off) == 1 and bool(off[0] <= NEAR_M)


def cores_50x20_10hz() -> float:
    """Return the share of a core that ``track`` takes for 50 cameras and 20 people at 10 Hz."""
    rng = np.random.default_rng(3)
    eyes = [
        fixed(f"f{i}", 20 + 40 * (i % 10), 10 + 28 * (i // 10), float(rng.uniform(0, 360)))
        for i in range(50)
    ]
    site = site_of(*eyes, size_m=(WIDTH_M, HEIGHT_M))
    walks = [
        Walk(
            (float(rng.uniform(5, WIDTH_M - 5)), float(rng.uniform(5, HEIGHT_M - 5))),
            (float(rng.normal(0, 1)), float(rng.normal(0, 1))),
        )
        for _ in range(20)
    ]
    world, spent_s, ticks = World(), 0.0, 100
    for tick in range(ticks):
        at_s = tick / 10.0
        seen = [picture(eye, walks, at_s, rng=rng, detection=0.9, noise=0.03) for eye in eyes]
        begin = time.process_time()
        world = tracked(site, world, seen, instant(at_s))
        spent_s += time.process_time() - begin
    return spent_s / (ticks / 10.0)
