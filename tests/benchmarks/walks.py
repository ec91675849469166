"""Simulated walks, for measuring where the recorded sets are not: boxes with their true identity.

Straight walks over a square that cameras on masts look at, with the noise of the recorded sets: a
tenth of the boxes missed, a twentieth false, three per cent of jitter. Independent of the
simulator; seeded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import CameraId
from orchestrator.geometry.lens import Projection
from tests.benchmarks.handoff import Boxes
from tests.fakes.walkers import SIZE_PX, Walk, fixed, picture, rest_aim

SQUARE_M = 30.0
FALSE_SHARE = 0.05
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Recording:
    """Frames in order of time, the true identity of each row (-1: nobody), all true boxes."""

    frames: tuple[Boxes, ...]
    truth: dict[int, int]
    n_true: int


def ring(count: int) -> tuple[Camera, ...]:
    """Return cameras on masts around the square, all looking at its middle."""
    turns = [360.0 * index / count for index in range(count)]
    return tuple(
        fixed(
            f"w{index}",
            SQUARE_M * (0.5 - 0.6 * float(np.sin(np.radians(turn)))),
            SQUARE_M * (0.5 - 0.6 * float(np.cos(np.radians(turn)))),
            turn,
        )
        for index, turn in enumerate(turns)
    )


def homography(camera: Camera) -> Array:
    """Return (3, 3): pixels of a fixed camera to metres on the floor."""
    eye = Projection.of(camera.mount, camera.lens, rest_aim(camera))
    middle = np.array([eye.width_px / 2, eye.height_px / 2])
    floor = np.column_stack([eye.axes[:, :2], -eye.axes @ eye.position_m])
    lens = np.array([[eye.focal_px, 0, middle[0]], [0, eye.focal_px, middle[1]], [0, 0, 1.0]])
    return np.asarray(np.linalg.inv(lens @ floor))


def recorded(
    cameras: Sequence[Camera],
    walks: Sequence[Walk],
    *,
    until_s: float,
    fps: float,
    seed: int,
    detection: float = 0.9,
    noise: float = 0.03,
    false_share: float = FALSE_SHARE,
) -> Recording:
    """Return what these cameras would report of these walks."""
    rng = np.random.default_rng(seed)
    frames: list[Boxes] = []
    truth: dict[int, int] = {}
    n_true = 0
    for tick in range(round(until_s * fps)):
        for camera in cameras:
            boxes, ids = [], []
            for person, walk in enumerate(walks):
                seen = picture(camera, [walk], tick / fps).boxes_px.astype(np.float64)
                n_true += len(seen)
                if len(seen) and rng.random() < detection:
                    boxes.append(jittered(seen[0], noise, rng))
                    ids.append(person)
            for box in [box for box in boxes if rng.random() < false_share]:
                boxes.append(elsewhere(box, rng))
                ids.append(-1)
            if not boxes:
                continue
            rows = np.arange(len(truth), len(truth) + len(boxes))
            truth |= dict(zip(rows.tolist(), ids, strict=True))
            frames.append(Boxes(rows, np.array(boxes), camera.id, tick / fps))
    return Recording(tuple(frames), truth, n_true)


def strolls(count: int, seed: int) -> tuple[Walk, ...]:
    """Return people who cross the square at walking pace."""
    rng = np.random.default_rng(seed)
    return tuple(_stroll(rng) for _ in range(count))


def thinned(recording: Recording, every: int) -> Recording:
    """Return every n-th instant of a recording without noise."""
    times = sorted({frame.at_s for frame in recording.frames})[::every]
    frames = tuple(frame for frame in recording.frames if frame.at_s in set(times))
    return _of_frames(recording, frames)


def only(recording: Recording, cameras: Sequence[CameraId]) -> Recording:
    """Return what some of the cameras report, without noise."""
    return _of_frames(recording, tuple(f for f in recording.frames if f.camera in cameras))


def idf1(recording: Recording, gids: dict[int, int]) -> float:
    """Return IDF1 over all cameras: twice the best one-to-one agreement over all boxes of both."""
    people = sorted({person for person in recording.truth.values() if person >= 0})
    names = sorted(set(gids.values()))
    if not people or not names:
        return 0.0
    shared = np.zeros((len(people), len(names)))
    for row, gid in gids.items():
        if recording.truth[row] >= 0:
            shared[people.index(recording.truth[row]), names.index(gid)] += 1
    rows, columns = linear_sum_assignment(-shared)
    return float(2 * shared[rows, columns].sum() / (recording.n_true + len(gids)))


def metas(cameras: Sequence[Camera]) -> Iterator[dict[str, object]]:
    """Yield the cameras as the recorded sets describe theirs."""
    for camera in cameras:
        eye = Projection.of(camera.mount, camera.lens, rest_aim(camera))
        middle = [eye.width_px / 2, eye.height_px / 2]
        lens = [[eye.focal_px, 0.0, middle[0]], [0.0, eye.focal_px, middle[1]], [0.0, 0.0, 1.0]]
        yield {
            "id": camera.id,
            "width": SIZE_PX[0],
            "height": SIZE_PX[1],
            "K": lens,
            "R": eye.axes.tolist(),
            "t": (-eye.axes @ eye.position_m).tolist(),
            "H_img2ground": homography(camera).tolist(),
        }


def _of_frames(recording: Recording, frames: tuple[Boxes, ...]) -> Recording:
    rows = {row for frame in frames for row in frame.rows.tolist()}
    truth = {row: person for row, person in recording.truth.items() if row in rows}
    return replace(recording, frames=frames, truth=truth, n_true=len(truth))


def _stroll(rng: np.random.Generator) -> Walk:
    start = rng.uniform(0.1, 0.9, 2) * SQUARE_M
    turn = rng.uniform(0.0, 2 * np.pi)
    pace_mps = rng.uniform(0.3, 1.4)
    return Walk(
        (float(start[0]), float(start[1])),
        (float(pace_mps * np.cos(turn)), float(pace_mps * np.sin(turn))),
    )


def jittered(box: Array, noise: float, rng: np.random.Generator) -> Array:
    """Return a box moved and resized by its detector."""
    wide, tall = box[2:] - box[:2]
    corner = box[:2] + rng.normal(0.0, noise, 2) * tall
    size = np.array([wide, tall]) * (1.0 + rng.normal(0.0, noise, 2))
    return np.concatenate([corner, corner + size])


def elsewhere(box: Array, rng: np.random.Generator) -> Array:
    """Return a box of the same size where nobody is."""
    size = box[2:] - box[:2]
    foot = np.array([rng.uniform(0, SIZE_PX[0]), rng.uniform(0.3, 0.95) * SIZE_PX[1]])
    corner = foot - [size[0] / 2, size[1]]
    return np.concatenate([corner, corner + size])
