"""Boxes in one picture: how large they are, and what any two of them share."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

BESIDE = 0.5
"""How far beside the picture a whole box may lie, in its own widths and heights: detectors tremble.
Feet may be further out, since a box may go on below what is seen of somebody."""


def areas(boxes_px: Array) -> Array:
    """Return (n,) the areas of (n, 4) boxes ``x1 y1 x2 y2``; none is negative.

    >>> areas(np.array([[0.0, 0.0, 4.0, 2.0], [3.0, 3.0, 1.0, 9.0]])).tolist()
    [8.0, 0.0]
    """
    return np.asarray(np.maximum(boxes_px[:, 2:] - boxes_px[:, :2], 0.0).prod(axis=1))


def shared(boxes_px: Array) -> Array:
    """Return (n, n): the area that each two of (n, 4) boxes have in common.

    >>> shared(np.array([[0.0, 0.0, 4.0, 2.0], [3.0, 0.0, 6.0, 2.0]])).tolist()
    [[8.0, 2.0], [2.0, 6.0]]
    """
    low = np.maximum(boxes_px[:, None, :2], boxes_px[:, :2])
    high = np.minimum(boxes_px[:, None, 2:], boxes_px[:, 2:])
    return np.asarray(np.maximum(high - low, 0.0).prod(axis=-1))


def broken(boxes_px: NDArray[np.floating]) -> Mask:
    """Return (n,) which of (n, 4) boxes are not finite, or have no size.

    >>> broken(np.array([[0.0, 0.0, 4.0, 2.0], [0.0, 0.0, np.nan, 2.0], [4.0, 0.0, 0.0, 2.0]])).tolist()
    [False, True, True]
    """
    with np.errstate(invalid="ignore"):
        size = boxes_px[:, 2:] - boxes_px[:, :2]
        good = np.isfinite(boxes_px).all(axis=1) & (size > 0).all(axis=1)
    return np.asarray(~good, dtype=np.bool_)


def beside(boxes_px: NDArray[np.floating], size_px: tuple[int, int]) -> Mask:
    """Return (n,) which of (n, 4) boxes lie beside a picture of some width and height.

    >>> beside(np.array([[0.0, 0.0, 4.0, 2.0], [90.0, 0.0, 94.0, 2.0]]), (64, 36)).tolist()
    [False, True]
    """
    with np.errstate(invalid="ignore"):
        reach = BESIDE * (boxes_px[:, 2:] - boxes_px[:, :2])
        seen = (boxes_px[:, 2:] + reach > 0).all(axis=1)
        seen &= (boxes_px[:, :2] - reach < np.array(size_px)).all(axis=1)
    return np.asarray(~seen, dtype=np.bool_)
