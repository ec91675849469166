"""Fences: posts and wire as thin lines, panel by panel; they hide nothing."""

import math
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.depot import Depot, Fence
from simulators.render.canvas import Canvas
from simulators.render.lens import Floats, Lens

WIRE = (88, 94, 90)
PANEL_M = 5.0
POSTS = 2
POST_M, WIRE_M = 0.06, 0.012
NEAREST_M = 1.0


def paint_fences(canvas: Canvas, lens: Lens, depot: Depot) -> None:
    """Draw every fence of a depot where nothing stands before it."""
    limit = np.array([lens.eye.width_px, lens.eye.height_px])
    for panels in _panels(depot):
        count, rods = panels.shape[:2]
        inside = lens.to_camera(panels.reshape(-1, 3)).reshape(count, rods, 2, 3)
        depth = inside[..., 2]
        ahead = depth.min(axis=(1, 2)) >= NEAREST_M
        flat = lens.project(np.maximum(inside, (-np.inf, -np.inf, 1e-6)).reshape(-1, 3))
        pixels = flat.reshape(count, rods, 2, 2) - 0.5
        low, high = pixels.min(axis=(1, 2)), pixels.max(axis=(1, 2))
        shown = ahead & (high > 0).all(axis=1) & (low < limit).all(axis=1)
        for i in np.nonzero(shown)[0].tolist():
            _panel(canvas, pixels[i], float(depth[i].mean()), lens.focal_px)


@lru_cache(maxsize=8)
def _panels(depot: Depot) -> tuple[Floats, ...]:
    """Return for each fence its rods (panels, rods, 2, 3): the ends of posts, then of wires."""
    return tuple(_rods(fence) for fence in depot.fences)


def _rods(fence: Fence) -> Floats:
    panels = []
    for a, b in pairwise(fence.points):
        count = max(1, round(math.dist(a, b) / PANEL_M))
        for start, end in pairwise(np.linspace(a, b, count + 1)):
            posts = [[(*p, 0.0), (*p, fence.height_m)] for p in (start, (start + end) / 2.0)]
            rises = np.arange(0.2, fence.height_m + 0.01, 0.3).tolist()
            panels.append(posts + [[(*start, z), (*end, z)] for z in rises])
    return np.array(panels, np.float64)


def _panel(canvas: Canvas, pixels: NDArray[np.float64], depth_m: float, focal_px: float) -> None:
    limit = canvas.nearness.shape[1], canvas.nearness.shape[0]
    low = np.maximum(np.floor(pixels.min(axis=(0, 1))).astype(int) - 3, 0)
    high = np.minimum(np.ceil(pixels.max(axis=(0, 1))).astype(int) + 4, limit)
    cover = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    lines = np.rint((pixels - low) * 16).astype(np.int32)
    for part, wide_m, light in (
        (lines[POSTS:], WIRE_M, 0.62),
        (lines[:POSTS], POST_M, 1.0),
    ):
        wide = wide_m * focal_px / depth_m
        strength = int(255 * light * min(1.0, max(0.3, wide)))
        cv2.polylines(cover, list(part), False, (strength,), max(1, round(wide)), cv2.LINE_AA, 4)
    here = np.s_[low[1] : high[1], low[0] : high[0]]
    weight = (cover * (canvas.nearness[here] < 1.0 / depth_m)).astype(np.float32) * (1 / 255.0)
    part_px = canvas.picture[here]
    wire = np.full_like(part_px, WIRE)
    part_px[:] = cv2.blendLinear(np.ascontiguousarray(part_px), wire, 1.0 - weight, weight)
