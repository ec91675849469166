"""Boxes in one picture: how large they are, and what any two of them share."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
