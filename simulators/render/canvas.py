"""A picture under way, with a depth buffer and whose each pixel is; faces are painted into it.

``nearness`` is 1 / depth of what stands on the floor and 0 for floor and sky; the inverse of
depth is linear over the picture for a flat face, which makes an exact depth buffer cheap.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.render.lens import Floats, Lens, clip, sides
from simulators.render.shapes import Face, Picture

Nearness = NDArray[np.float32]


@dataclass(slots=True)
class Canvas:
    """A picture under way: ``picture`` (h, w, 3), ``nearness`` (h, w) and ``owner`` (h, w)."""

    picture: Picture
    nearness: Nearness
    owner: NDArray[np.uint8]

    def copy(self) -> "Canvas":
        """Return a canvas that can be painted on."""
        return Canvas(self.picture.copy(), self.nearness.copy(), self.owner.copy())


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of the picture."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def here(self) -> tuple[slice, slice]:
        """Return the index of its pixels."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def size(self) -> tuple[int, int]:
        """Return its rows and columns."""
        return self.bottom - self.top, self.right - self.left


def paint_faces(canvas: Canvas, lens: Lens, faces: Sequence[Face]) -> None:
    """Paint faces that look towards the lens, each where it is nearer than what is there."""
    for shape, pixels in _outlines(lens, faces):
        patch = _patch(lens, pixels)
        if patch is None:
            continue
        mask = np.zeros(patch.size, np.uint8)
        cv2.fillConvexPoly(mask, _fixed(pixels, patch), (1,), shift=4)
        near = mask * _nearness(lens, shape.normal, shape.corners[0], patch)
        colour = np.array(shape.colour, np.uint8)
        if shape.texture is not None:
            colour = _warped(lens, shape, shape.texture, patch)
        _put(canvas, patch, near, colour, shape.owner)


def paint_bundle(canvas: Canvas, lens: Lens, faces: Sequence[Face], at: Floats) -> None:
    """Paint the faces of a slim thing one over the other, as far away as its axis at ``at``."""
    outlines = _outlines(lens, faces)
    if not outlines:
        return
    patch = _patch(lens, np.concatenate([pixels for _, pixels in outlines]))
    if patch is None:
        return
    mask = np.zeros(patch.size, np.uint8)
    colour = np.zeros((*patch.size, 3), np.uint8)
    for shape, pixels in outlines:
        corners = _fixed(pixels, patch)
        cv2.fillConvexPoly(mask, corners, (1,), shift=4)
        cv2.fillConvexPoly(colour, corners, shape.colour, shift=4)
    away = lens.centre - at
    flat = np.array([away[0], away[1], 0.0])
    near = mask * _nearness(lens, flat / float(np.linalg.norm(flat)), at, patch)
    _put(canvas, patch, near, colour, 0)


def _outlines(lens: Lens, faces: Sequence[Face]) -> list[tuple[Face, Floats]]:
    """Return the faces turned towards the lens, with what shows of each in pixels (n, 2)."""
    centre = lens.centre
    seen = [f for f in faces if float(f.normal @ (centre - f.corners[0])) > 0]
    if not seen:
        return []
    inside = lens.to_camera(np.concatenate([shape.corners for shape in seen]))
    planes = sides(lens)
    margins = inside @ planes[:, :3].T + planes[:, 3]
    starts = np.cumsum([0, *(len(shape.corners) for shape in seen)])
    whole = np.minimum.reduceat(margins.min(axis=1), starts[:-1]) >= 0
    shown = np.maximum.reduceat(margins, starts[:-1], axis=0).min(axis=1) >= 0
    pixels = lens.project(np.maximum(inside, (-np.inf, -np.inf, 1e-6))) - 0.5
    found: list[tuple[Face, Floats]] = []
    for i, shape in enumerate(seen):
        part = slice(starts[i], starts[i + 1])
        if whole[i]:
            found.append((shape, pixels[part]))
        elif shown[i] and len(cut := clip(lens, inside[part])) >= 3:
            found.append((shape, lens.project(cut) - 0.5))
    return found


def _patch(lens: Lens, pixels: Floats) -> Patch | None:
    x0, y0 = pixels.min(axis=0).tolist()
    x1, y1 = pixels.max(axis=0).tolist()
    left, top = max(math.floor(x0), 0), max(math.floor(y0), 0)
    right = min(math.ceil(x1) + 1, lens.eye.width_px)
    bottom = min(math.ceil(y1) + 1, lens.eye.height_px)
    return Patch(left, top, right, bottom) if right > left and bottom > top else None


def _fixed(pixels: Floats, patch: Patch) -> NDArray[np.int32]:
    """Return pixels in the patch as fixed-point numbers with four binary digits."""
    return np.rint((pixels - (patch.left, patch.top)) * 16).astype(np.int32)


def _put(canvas: Canvas, patch: Patch, near: Nearness, colour: Picture, owner: int) -> None:
    """Paint where ``near`` is nearer than what is there; it is 0 where there is nothing to paint."""
    here = patch.here
    keep = near > canvas.nearness[here]
    np.copyto(canvas.nearness[here], near, where=keep)
    np.copyto(canvas.owner[here], np.uint8(owner), where=keep)
    np.copyto(canvas.picture[here], colour, where=keep[..., None])


def _nearness(lens: Lens, normal: Floats, point: Floats, patch: Patch) -> Nearness:
    """Return 1 / depth of the plane through ``point`` at every pixel of a patch."""
    offset = float(normal @ (point - lens.centre))
    a, b, c = (lens.rotation @ normal / offset).tolist()
    eye, f = lens.eye, lens.focal_px
    u = (np.arange(patch.size[1]) + (patch.left + 0.5 - eye.width_px / 2.0)) * (a / f) + c
    v = (np.arange(patch.size[0]) + (patch.top + 0.5 - eye.height_px / 2.0)) * (b / f)
    near: Nearness = u.astype(np.float32)[None, :] + v.astype(np.float32)[:, None]
    return near


def _warped(lens: Lens, shape: Face, texture: Picture, patch: Patch) -> Picture:
    origin, right, up = shape.corners[0], shape.corners[1], shape.corners[3]
    high, wide = texture.shape[:2]
    plane = np.column_stack([(right - origin) / wide, (origin - up) / high, up])
    homogeneous = np.vstack([plane, [0.0, 0.0, 1.0]])
    shift = np.array([[1, 0, -0.5 - patch.left], [0, 1, -0.5 - patch.top], [0, 0, 1.0]])
    warped = cv2.warpPerspective(
        texture,
        shift @ lens.matrix() @ homogeneous,
        (patch.size[1], patch.size[0]),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(warped, np.uint8)
