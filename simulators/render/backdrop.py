"""Everything that stands still, seen through one eye: sky, floor, walls, things and fences."""

import math
from functools import lru_cache

import cv2
import numpy as np

from simulators.depot import Depot
from simulators.render.canvas import Canvas, paint_bundle, paint_faces
from simulators.render.fences import paint_fences
from simulators.render.floor import floor_of
from simulators.render.lens import Lens, lens_of
from simulators.render.shapes import Picture
from simulators.render.solids import standing
from simulators.scene import Eye

FAR_FLOOR = (66, 100, 86)
HAZE = (150, 152, 146)


@lru_cache(maxsize=40)
def backdrop(depot: Depot, eye: Eye) -> Canvas:
    """Return what stands still as ``eye`` sees it. Shared: copy before painting."""
    lens = lens_of(eye)
    size = (eye.height_px, eye.width_px)
    canvas = Canvas(
        np.zeros((*size, 3), np.uint8),
        np.zeros(size, np.float32),
        np.zeros(size, np.uint8),
    )
    _sky(canvas.picture, lens)
    _floor(canvas.picture, lens, depot)
    things = standing(depot)
    paint_faces(canvas, lens, things.faces_before(lens))
    for bundle in things.bundles_before(lens):
        paint_bundle(canvas, lens, bundle.faces, bundle.at)
    paint_fences(canvas, lens, depot)
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
    bands = (
        (first, seam, floor.coarse, 4.0),
        (seam, eye.height_px, floor.texture, 1.0),
    )
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
        haze = np.full_like(strip, HAZE)
        weight = np.repeat(share[:far, None].astype(np.float32), picture.shape[1], axis=1)
        strip[:] = cv2.blendLinear(strip, haze, 1.0 - weight, weight)


def _row_of_range(lens: Lens, range_m: float) -> int:
    """Return the row where the floor ahead is ``range_m`` away from under the camera."""
    below = math.atan2(lens.eye.z_m, range_m) + math.radians(lens.eye.tilt_deg)
    return round(lens.eye.height_px / 2.0 + lens.focal_px * math.tan(min(below, 1.5)))
