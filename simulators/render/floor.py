"""The floor as one big texture: patches of ground with wear and stains, and the paint on them."""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.depot import Depot, Ground, Mark, Point

Picture = NDArray[np.uint8]
SCALE = 24.0
"""Texture pixels a metre."""
MARGIN_M = 20.0

_BASE: dict[Ground, tuple[tuple[int, int, int], float, float]] = {
    "asphalt": ((92, 90, 88), 9.0, 7.0),
    "concrete": ((148, 152, 154), 7.0, 9.0),
    "paving": ((132, 136, 142), 6.0, 6.0),
    "grass": ((62, 98, 84), 16.0, 14.0),
    "gravel": ((128, 134, 140), 22.0, 8.0),
}
"""Colour, strength of the grain, strength of the blotches."""


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """``texture`` shows the plan from above, its first row the north edge; ``coarse`` is a quarter."""

    texture: Picture
    coarse: Picture
    to_pixels: NDArray[np.float64]
    """(3, 3) from homogeneous plan metres to homogeneous texture pixels."""


@lru_cache(maxsize=4)
def floor_of(depot: Depot) -> Floor:
    """Return a depot's floor, drawn once."""
    wide, high = depot.width_m + 2 * MARGIN_M, depot.height_m + 2 * MARGIN_M
    size = (round(high * SCALE), round(wide * SCALE))
    random = np.random.default_rng(depot.texture_seed)
    to_pixels = np.array(
        [
            [SCALE, 0, MARGIN_M * SCALE],
            [0, -SCALE, (high - MARGIN_M) * SCALE],
            [0, 0, 1.0],
        ]
    )
    picture = _grounds(depot, size, to_pixels, random)
    for mark in depot.marks:
        _paint(picture, mark, to_pixels, random)
    _stains(picture, depot, to_pixels, random)
    coarse = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    return Floor(picture, np.asarray(coarse, np.uint8), to_pixels)


def _grounds(
    depot: Depot,
    size: tuple[int, int],
    to_pixels: NDArray[np.float64],
    random: np.random.Generator,
) -> Picture:
    kinds = list(_BASE)
    which = np.full(size, kinds.index("grass"), np.uint8)
    for area in depot.areas:
        corners = np.clip(_pixels(area.ring, to_pixels), -9000, 9000)
        cv2.fillPoly(which, [np.round(corners).astype(np.int32)], (kinds.index(area.ground),))
    base = np.zeros((1, 256, 3), np.uint8)
    fine, broad = np.zeros(256, np.float32), np.zeros(256, np.float32)
    for index, ground in enumerate(kinds):
        base[0, index], fine[index], broad[index] = _BASE[ground]
    blotch = _clouds(size, random, 48) + 0.7 * _clouds(size, random, 220)
    light = fine[which] * _grain(size, random) + broad[which] * blotch
    light -= np.where(which == kinds.index("paving"), 16.0 * _joints(size, 0.5), 0.0)
    light -= np.where(which == kinds.index("concrete"), 22.0 * _joints(size, 3.0), 0.0)
    level = cv2.GaussianBlur(np.clip(light, -100, 100).astype(np.int16), (0, 0), 0.7)
    ground_px = cv2.GaussianBlur(cv2.LUT(cv2.merge([which, which, which]), base), (3, 3), 0)
    return np.asarray(
        cv2.add(ground_px, cv2.merge([level, level, level]), dtype=cv2.CV_8U), np.uint8
    )


def _grain(size: tuple[int, int], random: np.random.Generator) -> NDArray[np.float32]:
    """Return fine noise: a tile of it, repeated."""
    tile = random.standard_normal((512, 640), np.float32)
    repeats = size[0] // 512 + 1, size[1] // 640 + 1
    return np.tile(tile, repeats)[: size[0], : size[1]]


def _clouds(
    size: tuple[int, int], random: np.random.Generator, grain_px: int
) -> NDArray[np.float32]:
    small = random.standard_normal((size[0] // grain_px + 3, size[1] // grain_px + 3), np.float32)
    return np.asarray(
        cv2.resize(small, (size[1], size[0]), interpolation=cv2.INTER_CUBIC), np.float32
    )


def _joints(size: tuple[int, int], pitch_m: float) -> NDArray[np.float32]:
    pitch = max(4, round(pitch_m * SCALE))
    lines = np.zeros(size, np.float32)
    lines[::pitch, :] = 1.0
    lines[:, ::pitch] = 1.0
    return lines


def _pixels(points: tuple[Point, ...], to_pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = np.array(points, np.float64)
    pixels: NDArray[np.float64] = flat @ to_pixels[:2, :2].T + to_pixels[:2, 2]
    return pixels


def _paint(
    picture: Picture,
    mark: Mark,
    to_pixels: NDArray[np.float64],
    random: np.random.Generator,
) -> None:
    wear = 0.75 + 0.2 * random.random()
    cover = np.zeros(picture.shape[:2], np.uint8)
    for a, b in zip(mark.points, mark.points[1:], strict=False):
        for start, end in _dashes(a, b, mark.dash_m):
            cv2.fillPoly(cover, [_stripe(start, end, mark.width_m, to_pixels)], (255,))
    ys, xs = np.nonzero(cover)
    if not ys.size:
        return
    box = np.s_[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    patchy = wear + 0.18 * random.standard_normal(cover[box].shape, np.float32)
    alpha = (np.clip(patchy, 0, 1) * (cover[box] > 0))[..., None]
    mixed = picture[box] * (1 - alpha) + np.array(mark.colour, np.float32) * alpha
    picture[box] = mixed.astype(np.uint8)


def _dashes(a: Point, b: Point, dash_m: float) -> list[tuple[Point, Point]]:
    length = math.dist(a, b)
    if dash_m <= 0 or length <= dash_m:
        return [(a, b)]
    starts = np.arange(0.0, length, 2.0 * dash_m)
    ends = np.minimum(starts + dash_m, length)
    along = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    return [
        (
            (a[0] + along[0] * s, a[1] + along[1] * s),
            (a[0] + along[0] * e, a[1] + along[1] * e),
        )
        for s, e in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def _stripe(
    a: Point, b: Point, width_m: float, to_pixels: NDArray[np.float64]
) -> NDArray[np.int32]:
    length = math.dist(a, b) or 1.0
    aside = -(b[1] - a[1]) / length * width_m / 2, (b[0] - a[0]) / length * width_m / 2
    ring = (
        (a[0] + aside[0], a[1] + aside[1]),
        (b[0] + aside[0], b[1] + aside[1]),
        (b[0] - aside[0], b[1] - aside[1]),
        (a[0] - aside[0], a[1] - aside[1]),
    )
    return np.round(_pixels(ring, to_pixels)).astype(np.int32)


def _stains(
    picture: Picture,
    depot: Depot,
    to_pixels: NDArray[np.float64],
    random: np.random.Generator,
) -> None:
    """Dark oily spots, patched asphalt and drain covers, here and there."""
    spots = np.zeros(picture.shape[:2], np.uint8)
    for _ in range(int(depot.width_m * depot.height_m / 25)):
        at = _pixels(
            ((random.uniform(0, depot.width_m), random.uniform(0, depot.height_m)),),
            to_pixels,
        )
        middle = (int(at[0, 0]), int(at[0, 1]))
        axes = (int(random.uniform(2, 16)), int(random.uniform(2, 16)))
        strength = int(random.uniform(8, 45))
        cv2.ellipse(spots, middle, axes, random.uniform(0, 180), 0, 360, (strength,), -1)
    spots = np.asarray(cv2.GaussianBlur(spots, (0, 0), 3.0), np.uint8)
    cv2.subtract(picture, cv2.merge([spots, spots, spots]), picture)
    for _ in range(6):
        x, y = (
            random.uniform(1, depot.width_m - 1),
            random.uniform(1, depot.height_m - 1),
        )
        cover = _stripe((x - 0.3, y), (x + 0.3, y), 0.6, to_pixels)
        cv2.fillPoly(picture, [cover], (70, 72, 74))
        cv2.polylines(picture, [cover], True, (48, 50, 52), 1)
