"""A person as a sprite: the skeleton seen through the lens, drawn large and shrunk."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.depot import Colour
from simulators.render.body import Part, Trunk, parts
from simulators.render.lens import Floats, Lens
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
class _Shadow:
    """A part on the picture: a bar (2, 2) with radii, or a hull (n, 2); in unscaled pixels."""

    pixels: Floats
    radii: tuple[float, float] | None
    colour: Colour


def sprite(lens: Lens, person: PersonState, nearness: NDArray[np.float32]) -> Sprite | None:
    """Return a person drawn as ``lens`` sees them; None when behind or out of the picture.

    Nobody is drawn who is wholly behind what ``nearness`` (h, w), 1 / depth, has before them.
    """
    depth = _depth(lens, person)
    if depth is None:
        return None
    cast, box = _cast(lens, person)
    eye = lens.eye
    if box[2] <= 0 or box[3] <= 0 or box[0] >= eye.width_px or box[1] >= eye.height_px:
        return None
    left, top = math.floor(box[0]) - 1, math.floor(box[1]) - 1
    wide, high = math.ceil(box[2]) + 1 - left, math.ceil(box[3]) + 1 - top
    if max(wide, high) > LARGEST_PX:
        return None
    before = nearness[max(0, top) : top + high, max(0, left) : left + wide]
    if float(before.min(initial=np.inf)) >= 1.0 / depth:
        return Sprite(
            left, top, np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1), np.uint8), box, depth
        )
    zoom = 4 if high < 70 else 3 if high < 140 else 2 if high < 300 else 1
    drawn = np.zeros((high * zoom, wide * zoom, 4), np.uint8)
    for shadow in cast:
        _draw(drawn, shadow, (left, top), zoom)
    return _shrunk(drawn, (left, top, wide, high), box, depth)


def _depth(lens: Lens, person: PersonState) -> float | None:
    """Return how deep a person's middle lies, or None when surely nothing of them shows."""
    half = 0.5 * person.look.height_m
    x, y, depth = lens.to_camera(np.array([[person.x_m, person.y_m, half]]))[0].tolist()
    if depth < NEAREST_M:
        return None
    eye, reach = lens.eye, 1.3 * half + 0.5
    wide = eye.width_px / 2.0 / lens.focal_px * (depth + reach) + reach
    high = eye.height_px / 2.0 / lens.focal_px * (depth + reach) + reach
    return depth if abs(x) < wide and abs(y) < high else None


def _cast(
    lens: Lens, person: PersonState
) -> tuple[list[_Shadow], tuple[float, float, float, float]]:
    """Return a body's parts on the picture, far to near, and the box around them all."""
    groups = parts(person)
    flat = [part for group in groups for part in group]
    spots = [s for p in flat for s in (p.points if isinstance(p, Trunk) else (p.start, p.end))]
    radii = [
        r
        for p in flat
        for r in (
            (0.0,) * len(p.points) if isinstance(p, Trunk) else (p.radius_start_m, p.radius_end_m)
        )
    ]
    world = _placed(person, np.array(spots))
    inside = lens.to_camera(world)
    inside[:, 2] = np.maximum(inside[:, 2], 0.2)
    pixels = lens.project(inside)
    radii_px = np.array(radii) * (lens.focal_px / inside[:, 2])
    low, high = (
        (pixels - radii_px[:, None]).min(axis=0),
        (pixels + radii_px[:, None]).max(axis=0),
    )
    box = float(low[0]), float(low[1]), float(high[0]), float(high[1])
    away = np.hypot(world[:, 0] - lens.centre[0], world[:, 1] - lens.centre[1])
    return _far_to_near(groups, pixels, radii_px, away), box


def _placed(person: PersonState, spots: Floats) -> Floats:
    turn = math.radians(person.heading_deg)
    ahead, right = (
        (math.sin(turn), math.cos(turn), 0.0),
        (math.cos(turn), -math.sin(turn), 0.0),
    )
    axes = np.array([ahead, right, (0.0, 0.0, 1.0)])
    world: Floats = spots @ axes + np.array([person.x_m, person.y_m, 0.0])
    return world


def _far_to_near(
    groups: list[tuple[Part, ...]], pixels: Floats, radii_px: Floats, away: Floats
) -> list[_Shadow]:
    """Return the parts, groups sorted by how far the middle of their last part is on the plan."""
    sorted_groups: list[tuple[float, list[_Shadow]]] = []
    first = 0
    for group in groups:
        cast: list[_Shadow] = []
        distance = 0.0
        for part in group:
            last = first + (len(part.points) if isinstance(part, Trunk) else 2)
            here = pixels[first:last]
            radii = None
            if not isinstance(part, Trunk):
                radii = float(radii_px[first]), float(radii_px[first + 1])
            cast.append(_Shadow(here, radii, part.colour))
            distance = float(away[first:last].mean())
            first = last
        sorted_groups.append((-distance, cast))
    sorted_groups.sort(key=lambda item: item[0])
    return [shadow for _, cast in sorted_groups for shadow in cast]


def _draw(drawn: NDArray[np.uint8], shadow: _Shadow, corner: tuple[int, int], zoom: int) -> None:
    points = (shadow.pixels - corner) * zoom
    if shadow.radii is None:
        _hull(drawn, points, shadow.colour)
        return
    (x0, y0), (x1, y1) = points.tolist()
    r0, r1 = shadow.radii[0] * zoom, shadow.radii[1] * zoom
    _capsule(drawn, (x0, y0, r0), (x1, y1, r1), _tint(shadow.colour, 0.84))
    dx, dy = -0.22 * max(r0, r1), -0.12 * max(r0, r1)
    lit = (x0 + dx, y0 + dy, r0 * 0.68), (x1 + dx, y1 + dy, r1 * 0.68)
    _capsule(drawn, lit[0], lit[1], _tint(shadow.colour, 1.06))


def _hull(drawn: NDArray[np.uint8], points: Floats, colour: Colour) -> None:
    outline = np.asarray(cv2.convexHull(points.astype(np.float32)), np.float64)[:, 0, :]
    _fill(drawn, outline, _tint(colour, 0.86))
    middle = outline.mean(axis=0)
    wide = float(np.ptp(outline[:, 0]))
    lit = (outline - middle) * (0.66, 0.96) + middle - (0.1 * wide, 0.0)
    _fill(drawn, lit, _tint(colour, 1.06))


def _fill(drawn: NDArray[np.uint8], outline: Floats, colour: tuple[int, ...]) -> None:
    cv2.fillConvexPoly(drawn, np.rint(outline * 16).astype(np.int32), colour, shift=4)


Round = tuple[float, float, float]
"""A circle: x, y, radius in pixels."""


def _capsule(drawn: NDArray[np.uint8], start: Round, end: Round, colour: tuple[int, ...]) -> None:
    for x, y, radius in (start, end):
        middle = (round(x * 16), round(y * 16))
        cv2.circle(drawn, middle, max(8, round(radius * 16)), colour, -1, cv2.LINE_8, 4)
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if length > 0.5:
        ax, ay = -dy / length, dx / length
        ring = [(x + s * ax * r, y + s * ay * r) for (x, y, r), s in _corners(start, end)]
        _fill(drawn, np.array(ring), colour)


def _corners(start: Round, end: Round) -> tuple[tuple[Round, float], ...]:
    return (start, 1.0), (end, 1.0), (end, -1.0), (start, -1.0)


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
    cover = np.ascontiguousarray(small[..., 3], np.uint8)
    scale = 255.0 / np.maximum(cover, 1).astype(np.float32)[..., None]
    colour = np.minimum(small[..., :3] * scale, 255).astype(np.uint8)
    return Sprite(left, top, colour, cover, box, depth_m)
