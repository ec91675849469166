"""A person as a sprite: the skeleton seen through the lens, drawn large and shrunk."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.depot import Colour
from simulators.render.body import Floats, Limb, Part, Trunk, parts
from simulators.render.lens import Lens
from simulators.scene import PersonState

NEAREST_M = 0.7
LARGEST_PX = 1100


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A drawn body. ``colour`` (h, w, 3) and ``cover`` (h, w) 0..255 lie at ``left, top``.

    ``box_px`` is the whole body's, unclipped; ``depth_m`` is that of its middle.
    """

    left: int
    top: int
    colour: NDArray[np.uint8]
    cover: NDArray[np.uint8]
    box_px: tuple[float, float, float, float]
    depth_m: float


@dataclass(frozen=True, slots=True, eq=False)
class _Drop:
    """A part on the picture: a bar (2, 2) with radii, or a hull (n, 2); in unscaled pixels."""

    pixels: Floats
    radii: tuple[float, float] | None
    colour: Colour


def sprite(lens: Lens, person: PersonState) -> Sprite | None:
    """Return a person drawn as ``lens`` sees them; None when behind or out of the picture."""
    depth = _depth(lens, person)
    if depth < NEAREST_M:
        return None
    dropped = [[_drop(lens, part) for part in group] for group in _sorted(lens, parts(person))]
    box = _bounds([drop for group in dropped for drop in group])
    eye = lens.eye
    if box[2] <= 0 or box[3] <= 0 or box[0] >= eye.width_px or box[1] >= eye.height_px:
        return None
    left, top = math.floor(box[0]) - 1, math.floor(box[1]) - 1
    wide, high = math.ceil(box[2]) + 1 - left, math.ceil(box[3]) + 1 - top
    if max(wide, high) > LARGEST_PX:
        return None
    zoom = 4 if high < 70 else 3 if high < 140 else 2 if high < 300 else 1
    drawn = np.zeros((high * zoom, wide * zoom, 4), np.uint8)
    origin = np.array([left, top], np.float64)
    for group in dropped:
        for drop in group:
            _draw(drawn, drop, origin, zoom)
    return _shrunk(drawn, (left, top, wide, high), box, depth)


def _depth(lens: Lens, person: PersonState) -> float:
    middle = np.array([[person.x_m, person.y_m, 0.5 * person.look.height_m]])
    return float(lens.to_camera(middle)[0, 2])


def _sorted(lens: Lens, groups: list[tuple[Part, ...]]) -> list[tuple[Part, ...]]:
    """Return groups far to near, by the distance of their first part's middle from the lens."""

    def distance(group: tuple[Part, ...]) -> float:
        part = group[-1]
        middle = (
            part.points.mean(axis=0) if isinstance(part, Trunk) else (part.start + part.end) / 2
        )
        flat = middle[:2] - lens.centre[:2]
        return -float(np.hypot(flat[0], flat[1]))

    return sorted(groups, key=distance)


def _drop(lens: Lens, part: Part) -> _Drop:
    if isinstance(part, Trunk):
        inside = lens.to_camera(part.points)
        inside[:, 2] = np.maximum(inside[:, 2], 0.2)
        return _Drop(lens.project(inside), None, part.colour)
    return _bar(lens, part)


def _bar(lens: Lens, limb: Limb) -> _Drop:
    inside = lens.to_camera(np.array([limb.start, limb.end]))
    inside[:, 2] = np.maximum(inside[:, 2], 0.2)
    scale = lens.focal_px / inside[:, 2]
    radii = float(limb.radius_start_m * scale[0]), float(limb.radius_end_m * scale[1])
    return _Drop(lens.project(inside), radii, limb.colour)


def _bounds(drops: list[_Drop]) -> tuple[float, float, float, float]:
    low = np.min([_reach(d, -1.0).min(axis=0) for d in drops], axis=0)
    high = np.max([_reach(d, 1.0).max(axis=0) for d in drops], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _reach(drop: _Drop, sign: float) -> Floats:
    if drop.radii is None:
        return drop.pixels
    return drop.pixels + sign * np.array(drop.radii)[:, None]


def _draw(drawn: NDArray[np.uint8], drop: _Drop, origin: Floats, zoom: int) -> None:
    points = (drop.pixels - origin) * zoom
    if drop.radii is None:
        _hull(drawn, points, drop.colour)
        return
    radii = drop.radii[0] * zoom, drop.radii[1] * zoom
    _capsule(drawn, points, radii, _tint(drop.colour, 0.84))
    away = np.array([-0.22, -0.12]) * max(radii)
    _capsule(drawn, points + away, (radii[0] * 0.68, radii[1] * 0.68), _tint(drop.colour, 1.06))


def _hull(drawn: NDArray[np.uint8], points: Floats, colour: Colour) -> None:
    outline = cv2.convexHull(points.astype(np.float32))[:, 0, :]
    _fill(drawn, outline, _tint(colour, 0.86))
    middle = outline.mean(axis=0)
    wide = float(np.ptp(outline[:, 0]))
    lit = (outline - middle) * np.array([0.66, 0.96]) + middle - np.array([0.1 * wide, 0.0])
    _fill(drawn, lit, _tint(colour, 1.06))


def _fill(drawn: NDArray[np.uint8], outline: NDArray[np.floating], colour: tuple[int, ...]) -> None:
    cv2.fillConvexPoly(drawn, np.round(outline * 16).astype(np.int32), colour, shift=4)


def _capsule(
    drawn: NDArray[np.uint8], points: Floats, radii: tuple[float, float], colour: tuple[int, ...]
) -> None:
    along = points[1] - points[0]
    length = float(np.hypot(along[0], along[1]))
    for point, radius in zip(points, radii, strict=True):
        middle = (round(float(point[0]) * 16), round(float(point[1]) * 16))
        cv2.circle(drawn, middle, max(8, round(radius * 16)), colour, -1, cv2.LINE_8, 4)
    if length > 0.5:
        aside = np.array([-along[1], along[0]]) / length
        ring = [points[0] + aside * radii[0], points[1] + aside * radii[1]]
        ring += [points[1] - aside * radii[1], points[0] - aside * radii[0]]
        _fill(drawn, np.array(ring), colour)


def _tint(colour: Colour, light: float) -> tuple[int, int, int, int]:
    b, g, r = (min(255, round(c * light)) for c in colour)
    return b, g, r, 255


def _shrunk(
    drawn: NDArray[np.uint8],
    place: tuple[int, int, int, int],
    box: tuple[float, float, float, float],
    depth_m: float,
) -> Sprite:
    left, top, wide, high = place
    small = cv2.resize(drawn, (wide, high), interpolation=cv2.INTER_AREA)
    cover = np.ascontiguousarray(small[..., 3])
    scale = 255.0 / np.maximum(cover, 1).astype(np.float32)[..., None]
    colour = np.minimum(small[..., :3] * scale, 255).astype(np.uint8)
    return Sprite(left, top, colour, cover, box, depth_m)
