"""Heads that pan and zoom while people walk: what becomes of places and identities.

Three heads on masts around a square follow the same walks twice: parked, and turning to and fro by
35 degrees at up to 20 degrees a second while one of them zooms as well. They are asked where they
look as the service does it, over a network with delays, and answer what was true a moment before.
Boxes have the noise of the recorded sets. Everything goes through the service's own rooms: the
head's timeline, the floor, the tracker.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from orchestrator.domain.appearance import unknown
from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.ids import TargetId
from orchestrator.domain.sighting import Detections
from orchestrator.domain.world import World
from orchestrator.steer import HeadTimeline
from orchestrator.track import tracked
from tests.benchmarks.walks import SQUARE_M, elsewhere, jittered, strolls
from tests.fakes.walkers import Walk, dome, instant, picture, site_of

Array = NDArray[np.float64]
TILT_DEG, WIDE_DEG, TELE_DEG = -22.0, 60.0, 45.0
SWING_DEG, PERIOD_S = 17.5, 5.5
"""At most 20 degrees a second."""
ASK_S = 0.08
FPS, UNTIL_S, PEOPLE = 5.0, 40.0, 8
WAIT_S = 0.3
"""So long after its exposure a frame is thought about: the head has been asked again by then."""


@dataclass(frozen=True)
class Panned:
    """IDF1 over all boxes, and the distances of placed boxes from who they are of, in metres."""

    idf1: float
    errors_m: Array


def heads() -> tuple[Camera, ...]:
    """Return three heads on masts, 120 degrees apart around the square."""
    turns = np.radians([0.0, 120.0, 240.0])
    return tuple(
        dome(f"p{index}", *(SQUARE_M * (0.5 - 0.62 * np.array([np.sin(turn), np.cos(turn)]))))
        for index, turn in enumerate(turns.tolist())
    )


def middle(camera: Camera) -> float:
    """Return the azimuth in which a head sees the middle of the square."""
    off = SQUARE_M / 2 - np.array([camera.mount.x_m, camera.mount.y_m])
    return float(np.degrees(np.arctan2(off[0], off[1])))


def aimed(camera: Camera, number: int, at_s: float, *, panning: bool) -> Aim:
    """Return where a head really looks."""
    if not panning:
        return Aim(middle(camera) % 360.0, TILT_DEG, WIDE_DEG)
    swing = np.sin(2 * np.pi * at_s / PERIOD_S + 2.0 * number)
    zoom = 0.5 - 0.5 * np.cos(2 * np.pi * at_s / PERIOD_S) if number == 0 else 0.0
    azimuth = middle(camera) + SWING_DEG * float(swing)
    return Aim(azimuth % 360.0, TILT_DEG, WIDE_DEG - float(zoom) * (WIDE_DEG - TELE_DEG))


def measured(seed: int, *, panning: bool) -> Panned:
    """Return what comes of one set of walks."""
    rng = np.random.default_rng(seed)
    cameras, walks = heads(), strolls(PEOPLE, seed)
    site = site_of(*cameras, size_m=(SQUARE_M, SQUARE_M))
    timelines = [
        _asked(camera, number, rng, panning=panning) for number, camera in enumerate(cameras)
    ]
    world = World()
    owners: list[tuple[int, TargetId | None]] = []
    errors, n_true = [], 0
    for tick in range(round(UNTIL_S * FPS)):
        at_s = (tick + 1) / FPS
        seen = []
        people: dict[tuple[str, bytes], int] = {}
        for number, camera in enumerate(cameras):
            true = aimed(camera, number, at_s, panning=panning)
            frame, ids, shown = _frame(camera, walks, at_s, true, rng)
            n_true += shown
            posed = timelines[number].passing(at_s)
            if posed is not None:
                frame = replace(frame, aim=posed.aim, aim_sigma_deg=posed.sigma_deg)
            seen.append(frame)
            people |= {
                (camera.id, box.tobytes()): person
                for box, person in zip(frame.boxes_px, ids, strict=True)
            }
        world = tracked(site, world, seen, instant(at_s + WAIT_S))
        for one in world.sightings:
            box = np.array(one.box_px, dtype=np.float32)
            person = people[one.camera, box.tobytes()]
            owners.append((person, one.target))
            if person >= 0 and one.ground_m is not None:
                errors.append(np.hypot(*(np.array(one.ground_m) - walks[person].at(at_s))))
    return Panned(_idf1(owners, n_true), np.array(errors))


def _asked(camera: Camera, number: int, rng: np.random.Generator, *, panning: bool) -> HeadTimeline:
    """Return what is heard of a head that is asked all the time: each answer is a little old."""
    timeline, at_s = HeadTimeline(keep=4096), 0.0
    while at_s < UNTIL_S + 1.0:
        there_s, back_s = rng.uniform(0.01, 0.05, 2)
        old_s = rng.uniform(0.0, 0.04)
        true = aimed(camera, number, at_s + there_s - old_s, panning=panning)
        rounded = Aim(round(true.azimuth_deg, 1), round(true.tilt_deg, 1), round(true.hfov_deg, 1))
        timeline.heard(at_s + (there_s + back_s) / 2.0, rounded)
        at_s += there_s + back_s + ASK_S
    return timeline


def _frame(
    camera: Camera, walks: Sequence[Walk], at_s: float, aim: Aim, rng: np.random.Generator
) -> tuple[Detections, list[int], int]:
    """Return one frame, whose each box is (-1: nobody's), and how many are truly in the picture."""
    boxes, ids = [], []
    shown = 0
    for person, walk in enumerate(walks):
        [*seen] = picture(camera, [walk], at_s, aim=aim).boxes_px.astype(np.float64)
        shown += len(seen)
        if seen and rng.random() < 0.9:
            boxes.append(jittered(seen[0], 0.03, rng))
            ids.append(person)
    for box in [box for box in boxes if rng.random() < 0.05]:
        boxes.append(elsewhere(box, rng))
        ids.append(-1)
    empty = picture(camera, [], at_s, aim=aim)
    count = len(boxes)
    frame = replace(
        empty,
        aim=None,
        boxes_px=np.array(boxes, dtype=np.float32).reshape(-1, 4),
        scores=np.full(count, 0.8, dtype=np.float32),
        kinds=np.zeros(count, dtype=np.int8),
        appearances=unknown(count),
    )
    return frame, ids, shown


def _idf1(owners: Sequence[tuple[int, TargetId | None]], n_true: int) -> float:
    """Return IDF1: twice the best one-to-one agreement over all boxes of both."""
    told = [(person, target) for person, target in owners if target is not None]
    names = {target: row for row, target in enumerate(sorted({target for _, target in told}))}
    shared = np.zeros((PEOPLE, len(names)))
    for person, target in told:
        if person >= 0:
            shared[person, names[target]] += 1
    rows, columns = linear_sum_assignment(-shared)
    return float(2 * shared[rows, columns].sum() / (n_true + len(told)))


def ptz_values(seeds: Sequence[int]) -> dict[str, float | None]:
    """Return the figures of panning heads, as means over seeds."""
    found = list(_both(seeds))
    errors_m = np.concatenate([panned.errors_m for _, panned in found])
    return {
        "ptz_ground_error_p90_m": float(np.percentile(errors_m, 90)),
        "ptz_idf1_drop": float(np.mean([parked.idf1 - panned.idf1 for parked, panned in found])),
    }


def _both(seeds: Sequence[int]) -> Iterator[tuple[Panned, Panned]]:
    for seed in seeds:
        yield measured(seed, panning=False), measured(seed, panning=True)
