"""Lenses that bend straight lines: the division model, from pixels to straight pixels and back.

One number tells of it, below 0 for a barrel, with radii counted in halves of the picture's width
(Fitzgibbon 2001). All functions take and return (n, 2) pixels from the middle of the picture.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def bent(straight_px: Array, bend: float, width_px: float) -> Array:
    """Return where that shows which a straight lens would show there.

    NaN where the picture of a lens that bends the other way does not reach.

    >>> bent(np.array([[400.0, 0.0]]), -0.2, 640).round(6).tolist()
    [[320.0, 0.0]]
    """
    if not bend:
        return straight_px
    far = _far(straight_px, width_px)
    with np.errstate(invalid="ignore"):
        return np.asarray(straight_px * 2.0 / (1.0 + np.sqrt(1.0 - 4.0 * bend * far)))


def unbent(off_px: Array, bend: float, width_px: float) -> Array:
    """Return where a straight lens would show what shows (n, 2) pixels off the middle.

    >>> unbent(np.array([[320.0, 0.0]]), -0.2, 640).tolist()
    [[400.0, 0.0]]
    """
    if not bend:
        return off_px
    return np.asarray(off_px / (1.0 + bend * _far(off_px, width_px)))


def coarser(off_px: Array, bend: float, width_px: float) -> Array:
    """Return (n, 1) the slope of ``unbent`` outwards, which is the larger one of a barrel."""
    far = _far(off_px, width_px)
    return np.asarray((1.0 - bend * far) / (1.0 + bend * far) ** 2)


def unbent_boxes(boxes_px: Array, bend: float, size_px: tuple[int, int]) -> Array:
    """Return (n, 4) boxes with the middles of their upper and lower edges where they belong."""
    if not bend:
        return boxes_px
    middle = np.array([size_px[0] / 2, size_px[1] / 2])
    half = (boxes_px[:, 2] - boxes_px[:, 0]) / 2
    across = boxes_px[:, 0] + half
    top, low = (
        unbent(np.stack([across, boxes_px[:, row]], axis=1) - middle, bend, size_px[0]) + middle
        for row in (1, 3)
    )
    across = (top[:, 0] + low[:, 0]) / 2
    return np.stack([across - half, top[:, 1], across + half, low[:, 1]], axis=1)


def _far(off_px: Array, width_px: float) -> Array:
    """Return (n, 1) squared distances from the middle, in halves of the width."""
    return np.asarray((off_px**2).sum(axis=1, keepdims=True) / (width_px / 2) ** 2)
