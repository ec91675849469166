"""Following one walker, in virtual time: the product's control law and filter, the simulator's motors.

A head of 200 deg/s that obeys after 150 ms (30 % more or less), a lens of 60 to 12 degrees that is
no wider than size demands, sightings with 0.3 m of noise that are 0.15 s late. Beside the product
three others follow the same walks with the same motors (``baselines.followers``): who knows the
truth, who goes to where somebody was last seen, who goes on in a straight line.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import numpy as np

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.ids import TargetId
from orchestrator.steer.follow import Axis, Kinematics, Leg, Pursuer, Quarry
from orchestrator.track.motion import Array, agility, corrected, expected, newborn
from tests.benchmarks.baselines.followers import Naive, Oracle, Plain
from tests.benchmarks.measures import Measure
from tests.benchmarks.steering.pursuit import (
    ACCELERATION_DPS2,
    LATENCY_S,
    SPEED_DPS,
    Follower,
    Score,
    camera_of,
    played,
)
from tests.benchmarks.steering.strolls import (
    HALL,
    NOISE_M,
    OPEN,
    Scene,
    Sighting,
    Stroll,
    sightings,
    strolls,
)

SEEDS: Final = range(20, 25)
EPISODES: Final = 12
"""Walks of each seed in each scene."""
PERSON: Final = np.zeros(1, dtype=np.int8)


class Product:
    """The tracker's filter, and the control law behind it."""

    def __init__(self, camera: Camera) -> None:
        axis = Axis(SPEED_DPS, ACCELERATION_DPS2)
        self._pursuer = Pursuer(camera, Kinematics(LATENCY_S, axis, axis, endless=True))
        self._track: tuple[Array, Array, float] | None = None
        self._leg: Leg | None = None

    def heard(self, sighting: Sighting) -> None:
        place, doubt = np.array([sighting.place_m]), np.eye(2)[None] * NOISE_M**2
        if self._track is None:
            self._track = *newborn(place, doubt, PERSON), sighting.seen_s
            return
        means, covariances, at_s = self._track
        ahead_s = np.array([sighting.seen_s - at_s])
        state = expected(means, covariances, ahead_s, agility(PERSON))
        self._track = *corrected(state, place, doubt), sighting.seen_s

    def sent(self, now_s: float, head: Aim) -> Aim | None:
        if self._track is None:
            return None
        means, covariances, at_s = self._track
        x, y, vx, vy = means[0].tolist()
        sigma_m = float(np.linalg.det(covariances[0, :2, :2])) ** 0.25
        quarry = Quarry(TargetId("T1"), at_s, (x, y), (vx, vy), at_s, sigma_m)
        leg = self._pursuer.next(quarry, self._leg or Leg.none(head), now_s)
        self._leg = leg or self._leg
        return None if leg is None else leg.goal


MAKES: Final[Mapping[str, Callable[[Camera, Stroll], Follower]]] = {
    "oracle": lambda camera, walk: Oracle(camera, walk, LATENCY_S, SPEED_DPS),
    "naive": lambda camera, _: Naive(camera),
    "plain": lambda camera, _: Plain(camera, LATENCY_S),
    "product": lambda camera, _: Product(camera),
}


def episodes(who: str, scene: Scene, seed: int) -> Sequence[Score]:
    """Return what comes of some walks for one of those who follow."""
    camera = camera_of(scene)
    return [
        played(scene, walk, sightings(walk, seed + number), MAKES[who](camera, walk), seed + number)
        for number, walk in enumerate(strolls(scene, EPISODES, seed))
    ]


class Tally:
    """What came of all walks of one follower in one scene."""

    def __init__(self, scores: Sequence[Score]) -> None:
        after_s = sum(score.after_s for score in scores)
        lasts_s = sum(score.lasts_s for score in scores)
        self.acquired_s = [
            one.lasts_s if one.acquired_s is None else one.acquired_s for one in scores
        ]
        self.on = sum(score.on_s for score in scores) / lasts_s
        self.on_after = sum(score.on_after_s for score in scores) / after_s
        self.losses_per_min = 60.0 * sum(score.losses for score in scores) / after_s
        self.moves_per_min = 60.0 * sum(score.moves for score in scores) / lasts_s
        self.off = float(np.mean([off for score in scores for off in score.offs]))


Tallies = Mapping[tuple[str, str], Tally]
SCENES: Final = (OPEN, HALL)


async def measured() -> Sequence[Measure]:
    """Measure it on all cores."""
    return judged(await asyncio.to_thread(tallies))


def tallies() -> Tallies:
    """Return what came of everybody, by who follows and where."""
    runs = [(who, scene, seed) for who in MAKES for scene in SCENES for seed in SEEDS]
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = list(pool.map(episodes, *zip(*runs, strict=True)))
    scores: dict[tuple[str, str], list[Score]] = {}
    for (who, scene, _), some in zip(runs, found, strict=True):
        scores.setdefault((who, scene.name), []).extend(some)
    return {key: Tally(some) for key, some in scores.items()}


def judged(of: Tallies) -> Sequence[Measure]:
    """Return the figures; where there are two scenes and one figure, the worse of both."""
    opened, hall = of["product", "open"], of["product", "hall"]
    plain_open, plain_hall = of["plain", "open"], of["plain", "hall"]
    acquired, plainly = (
        float(np.percentile(of[who, "open"].acquired_s + of[who, "hall"].acquired_s, 95))
        for who in ("product", "plain")
    )
    moves = max(
        of["product", scene.name].moves_per_min / of["naive", scene.name].moves_per_min
        for scene in SCENES
    )
    return [
        least("vs_oracle", _share(of, "product", "oracle"), _share(of, "plain", "oracle"), 0.98),
        least("on_target_after_acquire_open", opened.on_after, plain_open.on_after, 0.995),
        least("on_target_after_acquire_hall", hall.on_after, plain_hall.on_after, 0.985),
        Measure("acquire_p95_s", acquired, "s", plainly, 1.3),
        Measure(
            *("losses_per_min_hall", hall.losses_per_min, "1/min", plain_hall.losses_per_min, 1.5)
        ),
        Measure("centring_error_open", opened.off, "half fields", plain_open.off, 0.13),
        Measure("centring_error_hall", hall.off, "half fields", plain_hall.off, 0.2),
        Measure("moves_vs_naive", moves, "ratio", 1.0, 0.5),
        least("on_target_vs_naive", _share(of, "product", "naive"), 1.0, 0.998),
    ]


def least(name: str, value: float, baseline: float, must: float) -> Measure:
    """Return a share that has to be as much at least."""
    return Measure(name, value, "share", baseline, must, least=True)


def _share(of: Tallies, one: str, other: str) -> float:
    """Return the time on target of one over that of another, where it is least."""
    return min(of[one, scene.name].on / of[other, scene.name].on for scene in SCENES)
