"""Who can be seen from where: pinhole frustums over the plan, and walls that hide.

A camera sees a point when the point lies inside the pyramid of its picture and no obstacle
stands in the way. A person counts as seen when the middle of the body is, and when the whole
body would be at least ``MIN_HEIGHT_PX`` tall in the stream, the size from which detections
count. Everything is vectorised over points: arrays are (n, 2) plan metres or (n, 3) with z.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulators.score.records import Aim

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BODY_M = 1.7
MIN_HEIGHT_PX = 24.0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A prism nobody looks through: corners on the plan, in metres, from the floor up."""

    ring_m: tuple[tuple[float, float], ...]
    height_m: float


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon on the floor that a privacy rule names; ``height_m`` of the space above it."""

    name: str
    ring_m: tuple[tuple[float, float], ...]
    height_m: float = 2.0


@dataclass(frozen=True, slots=True)
class Station:
    """A camera as it really stands: lens centre, stream size, and where each preset looks."""

    id: str
    at_m: tuple[float, float, float]
    size_px: tuple[int, int]
    ptz: bool
    presets: Mapping[str, Aim] = field(default_factory=dict)
    aim: Aim | None = None
    """Where a fixed camera looks."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The simulated site as far as seeing goes."""

    stations: Mapping[str, Station]
    obstacles: tuple[Obstacle, ...] = ()
    private: tuple[Zone, ...] = ()
    size_m: tuple[float, float] = (0.0, 0.0)

    @property
    def heads(self) -> tuple[Station, ...]:
        """Return the cameras that can move."""
        return tuple(station for station in self.stations.values() if station.ptz)


def in_frustum(station: Station, aim: Aim, points_m: Floats) -> Bools:
    """Return which of (n, 3) points lie inside the picture taken with ``aim``."""
    forward, right, up = axes(aim)
    offset = points_m - np.asarray(station.at_m)
    depth = offset @ forward
    half_width = np.tan(np.radians(aim[2] / 2))
    half_height = half_width * station.size_px[1] / station.size_px[0]
    inside: Bools = (
        (depth > 0)
        & (np.abs(offset @ right) <= depth * half_width)
        & (np.abs(offset @ up) <= depth * half_height)
    )
    return inside


def axes(aim: Aim) -> tuple[Floats, Floats, Floats]:
    """Return the unit vectors forward, right and up of a camera's picture, in plan axes.

    >>> [axis.round(6).tolist() for axis in axes((90.0, 0.0, 60.0))]
    [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    azimuth, tilt = np.radians(aim[0]), np.radians(aim[1])
    east, north = np.sin(azimuth), np.cos(azimuth)
    level, rise = np.cos(tilt), np.sin(tilt)
    forward = np.array([east * level, north * level, rise])
    right = np.array([north, -east, 0.0])
    up = np.array([-east * rise, -north * rise, level])
    return forward, right, up


def in_sight(station: Station, points_m: Floats, obstacles: Sequence[Obstacle]) -> Bools:
    """Return which of (n, 3) points no obstacle hides from the camera, whatever its aim."""
    clear: Bools = np.ones(len(points_m), dtype=np.bool_)
    for obstacle in obstacles:
        clear &= ~_hidden(np.asarray(station.at_m), points_m, obstacle)
    return clear


def tall_enough(station: Station, aim: Aim, places_m: Floats) -> Bools:
    """Return at which of (n, 2) places a whole body would be tall enough to be found."""
    focal_px = station.size_px[0] / 2 / np.tan(np.radians(aim[2] / 2))
    x, y, z = station.at_m
    away = np.sqrt((places_m[:, 0] - x) ** 2 + (places_m[:, 1] - y) ** 2 + (z - BODY_M / 2) ** 2)
    tall: Bools = focal_px * BODY_M / away >= MIN_HEIGHT_PX
    return tall


def standing(places_m: Floats) -> Floats:
    """Return the middle of a body at each of (n, 2) places, as (n, 3)."""
    return np.column_stack([places_m, np.full(len(places_m), BODY_M / 2)])


def shows(layout: Layout, camera: str, aim: Aim, places_m: Floats) -> Bools:
    """Return at which of (n, 2) places a person would be seen by ``camera`` looking at ``aim``."""
    station = layout.stations[camera]
    bodies = standing(places_m)
    seen = in_frustum(station, aim, bodies) & tall_enough(station, aim, places_m)
    if seen.any():
        seen[seen] = in_sight(station, bodies[seen], layout.obstacles)
    return seen


def off_deg(one: Aim, other: Aim) -> float:
    """Return how far apart two aims are: the largest difference in azimuth, tilt, field of view.

    >>> off_deg((359.0, -10.0, 50.0), (1.5, -10.0, 50.0))
    2.5
    """
    turn = abs((one[0] - other[0] + 180.0) % 360.0 - 180.0)
    return max(turn, abs(one[1] - other[1]), abs(one[2] - other[2]))


def _hidden(eye_m: Floats, points_m: Floats, obstacle: Obstacle) -> Bools:
    """Return which points lie behind or inside the prism, seen from ``eye_m``.

    The sight line is cut by each side of the ring at a share of its way; it is blocked where
    it is lower there than the obstacle is high. Points are taken to be outside of obstacles.
    """
    ring = np.asarray(obstacle.ring_m, dtype=np.float64)
    start, side = ring, np.roll(ring, -1, axis=0) - ring
    way = points_m[:, None, :2] - eye_m[:2]
    to_start = start[None, :, :] - eye_m[:2]
    cross = way[..., 0] * side[:, 1] - way[..., 1] * side[:, 0]
    parallel = cross == 0
    cross = np.where(parallel, 1.0, cross)
    along = (to_start[..., 0] * side[:, 1] - to_start[..., 1] * side[:, 0]) / cross
    across = (to_start[..., 0] * way[..., 1] - to_start[..., 1] * way[..., 0]) / cross
    height = eye_m[2] + along * (points_m[:, None, 2] - eye_m[2])
    cuts = ~parallel & (along > 1e-6) & (along < 1) & (across >= 0) & (across <= 1)
    blocked: Bools = (cuts & (height < obstacle.height_m)).any(axis=1)
    return blocked
