"""Flat faces, shaded by the way they face, and the bodies made of them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.depot import Colour, Point
from simulators.render.lens import Floats

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A convex flat polygon: ``corners`` (n, 3) counter-clockwise seen from outside.

    ``texture`` (h, w, 3) is spread over a rectangle from its lower left corner ``corners[0]``
    to ``corners[2]``. ``owner`` is 0, or the number of the vehicle that the face belongs to.
    """

    corners: Floats
    normal: Floats
    colour: Colour
    texture: Picture | None = None
    owner: int = 0


def face(corners: Floats, colour: Colour, texture: Picture | None = None, owner: int = 0) -> Face:
    """Return a face, its colour shaded by the way it faces (light from above and the south-west)."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = corners[:3].tolist()
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - bx, cy - by, cz - bz
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = math.sqrt(nx * nx + ny * ny + nz * nz) or 1.0
    nx, ny, nz = nx / length, ny / length, nz / length
    light = 0.80 + 0.24 * nz - 0.042 * nx - 0.0525 * ny
    shaded = [int(min(255, c * light)) for c in colour]
    normal = np.array([nx, ny, nz])
    return Face(corners, normal, (shaded[0], shaded[1], shaded[2]), texture, owner)


def turned(
    at: Point, radii_m: list[float], heights_m: list[float], colours: list[Colour]
) -> list[Face]:
    """Return a turned body: rings of ``radii_m`` at ``heights_m``, a colour for each band, a lid."""
    angles = np.linspace(0.0, 2.0 * math.pi, 10, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    faces: list[Face] = []
    rings = [
        np.column_stack([circle * r + np.array(at), np.full(10, h)])
        for r, h in zip(radii_m, heights_m, strict=True)
    ]
    for low, high, colour in zip(rings, rings[1:], colours, strict=False):
        for i in range(10):
            j = (i + 1) % 10
            faces.append(face(np.array([low[i], low[j], high[j], high[i]]), colour))
    faces.append(face(rings[-1], colours[-1]))
    return faces


def box(
    at: Point,
    heading_deg: float,
    size_m: tuple[float, float, float],
    low_m: float,
    colour: Colour,
) -> list[Face]:
    """Return a box ``size_m`` (across, along the heading, up) that stands on ``low_m``."""
    a = math.radians(heading_deg)
    along, across = (
        np.array([math.sin(a), math.cos(a)]),
        np.array([math.cos(a), -math.sin(a)]),
    )
    w, d, h = size_m[0] / 2, size_m[1] / 2, size_m[2]
    ring = [
        np.array(at) + across * i * w + along * j * d
        for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    low = [np.array([*p, low_m]) for p in ring]
    high = [np.array([*p, low_m + h]) for p in ring]
    sides = [
        np.array([low[i], low[j], high[j], high[i]]) for i, j in ((0, 1), (1, 2), (2, 3), (3, 0))
    ]
    return [face(side, colour) for side in (*sides, np.array(high))]
