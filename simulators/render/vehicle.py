"""The shape of a vehicle: a hull and a cabin of flat faces, with glass, wheels and lamps on them."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulators.depot import BodyKind, Colour

Floats = NDArray[np.float64]
Shape = tuple[Floats, Colour]

_HULL: dict[BodyKind, list[tuple[float, float]]] = {
    "car": [
        (-2.15, 0.3),
        (2.15, 0.3),
        (2.2, 0.62),
        (1.0, 0.88),
        (-1.9, 0.92),
        (-2.2, 0.7),
    ],
    "estate": [
        (-2.25, 0.3),
        (2.25, 0.3),
        (2.3, 0.64),
        (1.1, 0.9),
        (-2.2, 0.94),
        (-2.3, 0.7),
    ],
    "van": [(-2.65, 0.35), (2.6, 0.35), (2.65, 0.8), (1.9, 1.15), (-2.65, 1.15)],
}
_CABIN: dict[BodyKind, list[tuple[float, float]]] = {
    "car": [(-1.95, 0.9), (1.05, 0.87), (0.25, 1.42), (-1.25, 1.44)],
    "estate": [(-2.2, 0.92), (1.1, 0.89), (0.35, 1.46), (-2.0, 1.5)],
    "van": [(-2.65, 1.13), (1.95, 1.13), (1.25, 2.05), (-2.6, 2.1)],
}
"""Side views, counter-clockwise: metres ahead of the middle, metres up."""
_WIDE: dict[BodyKind, float] = {"car": 0.9, "estate": 0.92, "van": 1.0}
_WHEELS: dict[BodyKind, tuple[float, float, float]] = {
    "car": (-1.32, 1.36, 0.32),
    "estate": (-1.38, 1.42, 0.33),
    "van": (-1.6, 1.65, 0.36),
}
_GLASS: Colour = (88, 78, 70)
_TYRE: Colour = (36, 35, 34)
PROUD_M = 0.012
"""How far glass stands out of the metal, so that it is the nearer of the two."""


def length_m(body: BodyKind) -> float:
    """Return how long a vehicle is."""
    return max(x for x, _ in _HULL[body]) - min(x for x, _ in _HULL[body])


def outline(x_m: float, y_m: float, heading_deg: float, body: BodyKind) -> list[Floats]:
    """Return the corners (n, 3) of the hull and of the cabin."""
    wide = _WIDE[body]
    low = [(x, side * wide, 0.0) for x, z in _HULL[body][:2] for side in (-1, 1)]
    hull = [(x, side * wide, z) for x, z in _HULL[body] for side in (-1, 1)]
    cabin = [
        (x, side * wide * (0.97 if z < 1.2 else 0.8), z)
        for x, z in _CABIN[body]
        for side in (-1, 1)
    ]
    return [_placed(np.array(part), x_m, y_m, heading_deg) for part in (low + hull, cabin)]


def car_faces(
    x_m: float, y_m: float, heading_deg: float, body: BodyKind, colour: Colour
) -> list[Shape]:
    """Return the faces of a vehicle: corners (n, 3) in plan metres and their unshaded colour."""
    shape = _shape(body)
    placed = _placed(shape.points, x_m, y_m, heading_deg)
    pieces = np.split(placed, shape.starts)
    return [
        (corners, colour if tint is None else tint)
        for corners, tint in zip(pieces, shape.tints, strict=True)
    ]


Local = tuple[list[tuple[float, float, float]], Colour | None]
"""Corners as metres ahead, to the left and up; None is the vehicle's own paint."""


@dataclass(frozen=True, slots=True, eq=False)
class _Solid:
    """A vehicle's faces in its own axes, all corners in one array (n, 3)."""

    points: Floats
    starts: list[int]
    tints: tuple[Colour | None, ...]


@lru_cache(maxsize=8)
def _shape(body: BodyKind) -> _Solid:
    wide, hull, cabin = _WIDE[body], _HULL[body], _CABIN[body]
    narrow = wide * (0.9 if body == "van" else 0.78)
    shapes = _prism(hull, [wide] * len(hull))
    shapes += _prism(cabin, [wide * 0.97, wide * 0.97, narrow, narrow])
    shapes += _glass(cabin, wide * 0.97, narrow, body)
    shapes += _wheels(body, wide) + _lamps(hull, wide)
    points = np.array([corner for corners, _ in shapes for corner in corners])
    starts = np.cumsum([len(corners) for corners, _ in shapes])[:-1].tolist()
    return _Solid(points, starts, tuple(tint for _, tint in shapes))


def _placed(points: Floats, x_m: float, y_m: float, heading_deg: float) -> Floats:
    a = math.radians(heading_deg)
    ahead, left = (math.sin(a), math.cos(a), 0.0), (-math.cos(a), math.sin(a), 0.0)
    placed: Floats = points @ np.array([ahead, left, (0.0, 0.0, 1.0)]) + np.array([x_m, y_m, 0.0])
    return placed


def _prism(side: list[tuple[float, float]], half: list[float]) -> list[Local]:
    """Return both sides of a side view and the strips that join them (the underside left out)."""
    right = [(x, -w, z) for (x, z), w in zip(side, half, strict=True)]
    left = [(x, w, z) for (x, z), w in zip(side, half, strict=True)]
    shapes: list[Local] = [(right, None), (left[::-1], None)]
    for i in range(1, len(side)):
        j = (i + 1) % len(side)
        shapes.append(([right[i], left[i], left[j], right[j]], None))
    return shapes


def _glass(cabin: list[tuple[float, float]], low: float, top: float, body: BodyKind) -> list[Local]:
    panes = ((0.7, 0.92),) if body == "van" else ((0.08, 0.46), (0.52, 0.9))
    shapes: list[Local] = []
    for from_share, to_share in panes:
        pane = [
            _on_side(cabin, low, top, (u, v))
            for u, v in (
                (from_share, 0.2),
                (to_share, 0.2),
                (to_share, 0.85),
                (from_share, 0.85),
            )
        ]
        shapes.append(([(x, -y, z) for x, y, z in pane], _GLASS))
        shapes.append((pane[::-1], _GLASS))
    rear_share = 0.5 if body == "van" else 0.88
    shapes.append((_screen(cabin[1], cabin[2], (low, top), (0.12, 0.88, PROUD_M)), _GLASS))
    shapes.append((_screen(cabin[3], cabin[0], (top, low), (0.12, rear_share, -PROUD_M)), _GLASS))
    return shapes


def _on_side(
    cabin: list[tuple[float, float]], low: float, top: float, share: tuple[float, float]
) -> tuple[float, float, float]:
    """Return a point on the left side of a cabin: shares of the way forward and up."""
    (bx, bz), (fx, fz), (tx, tz), (rx, rz) = cabin
    u, v = share
    x = (bx + (fx - bx) * u) * (1 - v) + (rx + (tx - rx) * u) * v
    z = (bz + (fz - bz) * u) * (1 - v) + (rz + (tz - rz) * u) * v
    return x, low * (1 - v) + top * v + PROUD_M, z


def _screen(
    start: tuple[float, float],
    end: tuple[float, float],
    half_m: tuple[float, float],
    span: tuple[float, float, float],
) -> list[tuple[float, float, float]]:
    """Return a pane across the vehicle, from share to share of the way, a little proud of it."""
    rows = []
    for share in span[:2]:
        x = start[0] + (end[0] - start[0]) * share + span[2]
        z = start[1] + (end[1] - start[1]) * share + 0.008
        rows.append((x, 0.9 * (half_m[0] + (half_m[1] - half_m[0]) * share), z))
    (x0, w0, z0), (x1, w1, z1) = rows
    return [(x0, -w0, z0), (x0, w0, z0), (x1, w1, z1), (x1, -w1, z1)]


def _wheels(body: BodyKind, wide: float) -> list[Local]:
    back, front, radius = _WHEELS[body]
    shapes: list[Local] = []
    angles = [2 * math.pi * k / 12 for k in range(12)]
    for x in (back, front):
        for r, colour, out in (
            (radius, _TYRE, 0.012),
            (radius * 0.55, (150, 152, 152), 0.02),
        ):
            ring = [(x + r * math.cos(t), r * math.sin(t) + radius) for t in angles]
            shapes.append(([(px, -wide - out, pz) for px, pz in ring], colour))
            shapes.append(([(px, wide + out, pz) for px, pz in ring[::-1]], colour))
    return shapes


def _lamps(hull: list[tuple[float, float]], wide: float) -> list[Local]:
    front, rear = max(x for x, _ in hull) + 0.01, min(x for x, _ in hull) - 0.01
    shapes: list[Local] = []
    for y in (-wide + 0.25, wide - 0.25):
        shapes.append(
            (
                [
                    (front, y - 0.17, 0.5),
                    (front, y + 0.17, 0.5),
                    (front, y + 0.17, 0.64),
                    (front, y - 0.17, 0.64),
                ],
                (225, 235, 240),
            )
        )
        shapes.append(
            (
                [
                    (rear, y + 0.14, 0.56),
                    (rear, y - 0.14, 0.56),
                    (rear, y - 0.14, 0.72),
                    (rear, y + 0.14, 0.72),
                ],
                (40, 36, 170),
            )
        )
    return shapes
