"""The pinhole: from plan coordinates to pixels. Pixel i covers [i, i + 1); the axis is the middle."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulators.scene import Eye

Floats = NDArray[np.float64]
NEAR_M = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """An eye as matrices: ``rotation`` (3, 3) rows are right, down, forward; ``focal_px``."""

    eye: Eye
    centre: Floats
    rotation: Floats
    focal_px: float

    def to_camera(self, points_m: Floats) -> Floats:
        """Return (n, 3) world points in camera coordinates: right, down, depth."""
        inside: Floats = (points_m - self.centre) @ self.rotation.T
        return inside

    def project(self, inside: Floats) -> Floats:
        """Return (n, 2) pixels of (n, 3) camera points that lie in front of the lens."""
        middle = np.array([self.eye.width_px / 2.0, self.eye.height_px / 2.0])
        pixels: Floats = inside[:, :2] * (self.focal_px / inside[:, 2:]) + middle
        return pixels

    def matrix(self) -> Floats:
        """Return the (3, 4) matrix from homogeneous world points to homogeneous pixels."""
        half = self.eye.width_px / 2.0, self.eye.height_px / 2.0
        k = np.array([[self.focal_px, 0, half[0]], [0, self.focal_px, half[1]], [0, 0, 1.0]])
        shifted = np.hstack([self.rotation, (-self.rotation @ self.centre)[:, None]])
        matrix: Floats = k @ shifted
        return matrix

    def horizon_px(self) -> float:
        """Return the row of the horizon."""
        rise = math.tan(math.radians(self.eye.tilt_deg))
        return self.eye.height_px / 2.0 + self.focal_px * rise


@lru_cache(maxsize=128)
def lens_of(eye: Eye) -> Lens:
    """Return the matrices of an eye."""
    a, t = math.radians(eye.azimuth_deg), math.radians(eye.tilt_deg)
    right = [math.cos(a), -math.sin(a), 0.0]
    down = [math.sin(a) * math.sin(t), math.cos(a) * math.sin(t), -math.cos(t)]
    forward = [math.sin(a) * math.cos(t), math.cos(a) * math.cos(t), math.sin(t)]
    focal = eye.width_px / 2.0 / math.tan(math.radians(eye.hfov_deg) / 2.0)
    centre = np.array([eye.x_m, eye.y_m, eye.z_m])
    return Lens(eye, centre, np.array([right, down, forward]), focal)


@lru_cache(maxsize=128)
def sides(lens: Lens) -> Floats:
    """Return (5, 4) planes of the picture's pyramid, a little wider than the picture."""
    w = (lens.eye.width_px / 2.0 + 4.0) / lens.focal_px
    h = (lens.eye.height_px / 2.0 + 4.0) / lens.focal_px
    return np.array(
        [[0, 0, 1, -NEAR_M], [1, 0, w, 0], [-1, 0, w, 0], [0, 1, h, 0], [0, -1, h, 0]],
        dtype=np.float64,
    )


def clip(lens: Lens, inside: Floats) -> Floats:
    """Return the part of a convex polygon (n, 3), camera coordinates, that the picture can show."""
    for plane in sides(lens):
        distance = inside @ plane[:3] + plane[3]
        if (distance >= 0).all():
            continue
        if (distance < 0).all():
            return np.empty((0, 3))
        inside = _cut(inside, distance)
    return inside


def _cut(inside: Floats, distance: Floats) -> Floats:
    after, ahead = np.roll(inside, -1, axis=0), np.roll(distance, -1)
    kept: list[Floats] = []
    for a, b, da, db in zip(inside, after, distance, ahead, strict=True):
        if da >= 0:
            kept.append(a)
        if (da >= 0) != (db >= 0):
            kept.append(a + (b - a) * (da / (da - db)))
    return np.array(kept)
