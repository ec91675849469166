"""What people wear, read off the picture they were found in.

Only the middle of the body counts, where there is least of what stands behind it. A body that is
cut by the picture's edge, or shares its box with another, is not described: its parts are not
where they are looked for, or are somebody else's.
"""

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import colour_layout, unknown
from orchestrator.domain.sighting import Kind
from orchestrator.geometry.boxes import areas, shared
from orchestrator.ports import Found, Frame

_PARTS = ((0.2, 0.48), (0.52, 0.85))
"""From where to where the jacket and the trousers reach, as shares of the body from its top."""
_MIDDLE = (0.25, 0.75)
_SHARED_MAX = 0.1
"""Of a box that others may cover."""
_EDGE_PX = 1.5
_LEAST_PX = (4.0, 16.0)
"""Smaller bodies are a few pixels of everything."""


def described(frame: Frame, found: Found) -> NDArray[np.float32]:
    """Return (n, ``SIZE``) how each of n found people looks; NaN for those nobody can tell."""
    appearances = unknown(len(found.boxes_px))
    boxes = _on_picture(frame, found.boxes_px)
    people = (found.kinds == Kind.PERSON.value) & alone_and_whole(frame, found)
    for row in np.flatnonzero(people):
        appearances[row] = _layout(frame.pixels, boxes[row])
    return appearances


def _on_picture(frame: Frame, boxes_px: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return (n, 4) boxes in pixels of the frame as it was looked at."""
    high, wide = frame.pixels.shape[:2]
    scale = np.array([wide, high] * 2) / np.array([*frame.source_px] * 2)
    return np.asarray(boxes_px * scale, dtype=np.float64)


def alone_and_whole(frame: Frame, found: Found) -> NDArray[np.bool_]:
    """Return (n,) which boxes hold one whole body, and nobody else's."""
    boxes = _on_picture(frame, found.boxes_px)
    high, wide = frame.pixels.shape[:2]
    inside = (boxes[:, :2] > _EDGE_PX).all(axis=1)
    inside &= (boxes[:, 2] < wide - _EDGE_PX) & (boxes[:, 3] < high - _EDGE_PX)
    inside &= (boxes[:, 2:] - boxes[:, :2] >= np.array(_LEAST_PX)).all(axis=1)
    covered = shared(boxes)
    np.fill_diagonal(covered, 0.0)
    most = covered.max(axis=1, initial=0.0)
    return np.asarray(inside & (most <= _SHARED_MAX * areas(boxes)), dtype=np.bool_)


def _layout(pixels: NDArray[np.uint8], box: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return (``SIZE``,) the colours of one body."""
    left, top, right, bottom = box
    across = _span(left, right, *_MIDDLE)
    means = [
        pixels[_span(top, bottom, *part), across].reshape(-1, 3).mean(axis=0) for part in _PARTS
    ]
    return colour_layout(np.array(means))


def _span(begin: float, end: float, low: float, high: float) -> slice:
    """Return whole pixels from one share to another of an edge, at least one."""
    first = round(begin + low * (end - begin))
    return slice(first, max(first + 1, round(begin + high * (end - begin))))
