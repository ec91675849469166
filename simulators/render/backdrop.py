"""Everything that stands still, seen through one eye: a picture, how near it is, and whose it is.

``nearness`` is 1 / depth of what stands on the floor and 0 for floor and sky; the inverse of
depth is linear over the picture for a flat face, which makes an exact depth buffer cheap.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.depot import Depot, Fence
from simulators.render.floor import floor_of
from simulators.render.lens import Lens, clip, lens_of, sides
from simulators.render.shapes import Face
from simulators.render.solids import standing
from simulators.scene import Eye

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]
FAR_FLOOR = (66, 100, 86)
HAZE = (150, 152, 146)
WIRE = (88, 94, 90)
PANEL_M = 5.0


@dataclass(slots=True)
class Canvas:
    """A picture under way: ``picture`` (h, w, 3), ``nearness`` (h, w) and ``owner`` (h, w)."""

    picture: Picture
    nearness: Floats
    owner: NDArray[np.uint8]

    def copy(self) -> "Canvas":
        """Return a canvas that can be painted on."""
        return Canvas(self.picture.copy(), self.nearness.copy(), self.owner.copy())


@lru_cache(maxsize=40)
def backdrop(depot: Depot, eye: Eye) -> Canvas:
    """Return what stands still as ``eye`` sees it. Shared: copy before painting."""
    lens = lens_of(eye)
    size = (eye.height_px, eye.width_px)
    canvas = Canvas(
        np.zeros((*size, 3), np.uint8), np.zeros(size, np.float32), np.zeros(size, np.uint8)
    )
    _sky(canvas.picture, lens)
    _floor(canvas.picture, lens, depot)
    paint_faces(canvas, lens, standing(depot).before(lens))
    for fence in depot.fences:
        _fence(canvas, lens, fence)
    return canvas


def _sky(picture: Picture, lens: Lens) -> None:
    eye, horizon = lens.eye, lens.horizon_px()
    last = min(eye.height_px, math.ceil(horizon) + 1)
    if last <= 0:
        return
    rows = np.arange(last, dtype=np.float32)
    up = np.clip((horizon - rows) / max(1.0, lens.focal_px) * 57.3, 0, 40)
    tone = 196.0 - 1.1 * up
    picture[:last] = np.stack([tone + 4, tone - 2, tone - 8], axis=1)[:, None].astype(np.uint8)
    columns = np.arange(eye.width_px)
    azimuth = eye.azimuth_deg + np.degrees(np.arctan((columns - eye.width_px / 2) / lens.focal_px))
    treetops = (
        2.2 + np.sin(azimuth * 0.21) + 0.7 * np.sin(azimuth * 0.9 + 1) + 0.3 * np.sin(azimuth * 3.1)
    )
    tall = np.clip(treetops, 0.4, None) / 57.3 * lens.focal_px
    trees = rows[:, None] > horizon - tall[None, :]
    picture[:last][trees] = (112, 120, 112)


def _floor(picture: Picture, lens: Lens, depot: Depot) -> None:
    eye = lens.eye
    first = max(0, math.floor(lens.horizon_px()) + 1)
    if first >= eye.height_px:
        return
    floor = floor_of(depot)
    to_picture = lens.matrix()[:, [0, 1, 3]] @ np.linalg.inv(floor.to_pixels)
    seam = _row_of_range(lens, 17.0)
    bands = ((first, seam, floor.coarse, 4.0), (seam, eye.height_px, floor.texture, 1.0))
    for top, bottom, texture, shrink in bands:
        top, bottom = max(first, top), min(eye.height_px, bottom)  # noqa: PLW2901 - clamped
        if top >= bottom:
            continue
        shift = np.array([[1, 0, -0.5], [0, 1, -0.5 - top], [0, 0, 1.0]])
        grow = np.diag([shrink, shrink, 1.0])
        grow[:2, 2] = (shrink - 1.0) / 2.0
        cv2.warpPerspective(
            texture,
            shift @ to_picture @ grow,
            (eye.width_px, bottom - top),
            dst=picture[top:bottom],
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=FAR_FLOOR,
        )
    _haze(picture, lens, first)


def _haze(picture: Picture, lens: Lens, first: int) -> None:
    """Let the floor fade towards the horizon, by its distance."""
    rows = np.arange(first, lens.eye.height_px)
    below = np.arctan((rows + 0.5 - lens.eye.height_px / 2.0) / lens.focal_px)
    down = np.maximum(below - math.radians(lens.eye.tilt_deg), 1e-3)
    share = (1.0 - np.exp(-np.maximum(lens.eye.z_m / np.tan(down) - 18.0, 0.0) / 160.0)) * 0.85
    far = int(np.count_nonzero(share > 0.004))
    if far:
        strip = picture[first : first + far]
        alpha = share[:far, None, None].astype(np.float32)
        strip[:] = (strip + (np.array(HAZE, np.float32) - strip) * alpha).astype(np.uint8)


def _row_of_range(lens: Lens, range_m: float) -> int:
    """Return the row where the floor ahead is ``range_m`` away from under the camera."""
    below = math.atan2(lens.eye.z_m, range_m) + math.radians(lens.eye.tilt_deg)
    return round(lens.eye.height_px / 2.0 + lens.focal_px * math.tan(min(below, 1.5)))


def paint_faces(canvas: Canvas, lens: Lens, faces: Sequence[Face]) -> None:
    """Paint faces that look towards the lens, each where it is nearer than what is there."""
    if not faces:
        return
    inside = lens.to_camera(np.concatenate([shape.corners for shape in faces]))
    planes = sides(lens)
    margins = inside @ planes[:, :3].T + planes[:, 3]
    starts = np.cumsum([0, *(len(shape.corners) for shape in faces)])
    whole = np.minimum.reduceat(margins.min(axis=1), starts[:-1]) >= 0
    shown = np.maximum.reduceat(margins, starts[:-1], axis=0).min(axis=1) >= 0
    pixels = lens.project(np.maximum(inside, (-np.inf, -np.inf, 1e-6))) - 0.5
    for i, shape in enumerate(faces):
        here = slice(starts[i], starts[i + 1])
        if not shown[i] or float(shape.normal @ (lens.centre - shape.corners[0])) <= 0:
            continue
        if whole[i]:
            _paint(canvas, lens, shape, pixels[here])
        elif len(cut := clip(lens, inside[here])) >= 3:
            _paint(canvas, lens, shape, lens.project(cut) - 0.5)


def _paint(canvas: Canvas, lens: Lens, shape: Face, pixels: NDArray[np.float64]) -> None:
    x0, y0 = pixels.min(axis=0).tolist()
    x1, y1 = pixels.max(axis=0).tolist()
    left, top = max(math.floor(x0), 0), max(math.floor(y0), 0)
    right = min(math.ceil(x1), lens.eye.width_px - 1)
    bottom = min(math.ceil(y1), lens.eye.height_px - 1)
    if right < left or bottom < top:
        return
    here = np.s_[top : bottom + 1, left : right + 1]
    size = bottom + 1 - top, right + 1 - left
    mask = np.zeros(size, np.uint8)
    corners = np.rint((pixels - (left, top)) * 16).astype(np.int32)
    cv2.fillConvexPoly(mask, corners, (1,), shift=4)
    near = _nearness(lens, shape, (left, top), size)
    keep = (near > canvas.nearness[here]) & mask.view(np.bool_)
    np.copyto(canvas.nearness[here], near, where=keep)
    np.copyto(canvas.owner[here], np.uint8(shape.owner), where=keep)
    if shape.texture is None:
        colour = np.array(shape.colour, np.uint8)
    else:
        colour = _warped(lens, shape, shape.texture, (left, top), size)
    np.copyto(canvas.picture[here], colour, where=keep[..., None])


def _nearness(lens: Lens, shape: Face, low: tuple[int, int], size: tuple[int, int]) -> Floats:
    normal = lens.rotation @ shape.normal
    offset = float(shape.normal @ (shape.corners[0] - lens.centre))
    a, b, c = normal / offset
    eye, f = lens.eye, lens.focal_px
    u = (np.arange(size[1]) + (low[0] + 0.5 - eye.width_px / 2.0)) * (a / f) + c
    v = (np.arange(size[0]) + (low[1] + 0.5 - eye.height_px / 2.0)) * (b / f)
    near: Floats = (u[None, :] + v[:, None]).astype(np.float32)
    return near


def _warped(
    lens: Lens, shape: Face, texture: Picture, low: tuple[int, int], size: tuple[int, int]
) -> Picture:
    origin, right, _, up = shape.corners[0], shape.corners[1], shape.corners[2], shape.corners[3]
    high, wide = texture.shape[:2]
    plane = np.column_stack([(right - origin) / wide, (origin - up) / high, up])
    homogeneous = np.vstack([plane, [0.0, 0.0, 1.0]])
    shift = np.array([[1, 0, -0.5 - low[0]], [0, 1, -0.5 - low[1]], [0, 0, 1.0]])
    to_picture = shift @ lens.matrix() @ homogeneous
    warped = cv2.warpPerspective(
        texture,
        to_picture,
        (size[1], size[0]),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(warped, np.uint8)


def _fence(canvas: Canvas, lens: Lens, fence: Fence) -> None:
    """Draw posts and wire as thin lines, panel by panel; a fence hides nothing."""
    for a, b in zip(fence.points, fence.points[1:], strict=False):
        count = max(1, round(math.dist(a, b) / PANEL_M))
        corners = np.linspace(a, b, count + 1)
        for start, end in pairwise(corners):
            _panel(canvas, lens, start, end, fence.height_m)


def _panel(
    canvas: Canvas,
    lens: Lens,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    height_m: float,
) -> None:
    rises = np.arange(0.2, height_m + 0.01, 0.3)
    wires = [[(*start, z), (*end, z)] for z in rises.tolist()]
    rods = [[(*p, 0.0), (*p, height_m)] for p in (start, (start + end) / 2.0)]
    inside = lens.to_camera(np.array(rods + wires).reshape(-1, 3))
    depth = float(inside[:, 2].mean())
    if float(inside[:, 2].min()) < 1.0:
        return
    pixels = lens.project(inside).reshape(-1, 2, 2) - 0.5
    limit = np.array([lens.eye.width_px, lens.eye.height_px])
    low = np.maximum(np.floor(pixels.min(axis=(0, 1))).astype(int) - 3, 0)
    high = np.minimum(np.ceil(pixels.max(axis=(0, 1))).astype(int) + 4, limit)
    if (high <= low).any():
        return
    cover = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    lines = np.rint((pixels - low) * 16).astype(np.int32)
    for part, wide_m, light in ((lines[2:], 0.012, 0.62), (lines[:2], 0.06, 1.0)):
        wide = wide_m * lens.focal_px / depth
        strength = int(255 * light * min(1.0, max(0.3, wide)))
        cv2.polylines(cover, list(part), False, (strength,), max(1, round(wide)), cv2.LINE_AA, 4)
    here = np.s_[low[1] : high[1], low[0] : high[0]]
    alpha = (cover * (canvas.nearness[here] < 1.0 / depth)).astype(np.float32)[..., None] / 255.0
    part_px = canvas.picture[here]
    part_px[:] = (part_px + (np.array(WIRE, np.float32) - part_px) * alpha).astype(np.uint8)
