"""From one picture of a floor to another: homographies between cameras nobody calibrated.

Two pictures of one floor differ by a homography, found from four places that are the same (direct
linear transform; Hartley and Zisserman, "Multiple View Geometry", section 4.1). Many are estimated
at once, since most of those that a search tries are wrong.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FLAT = 1e-9


def homographies(here: Array, there: Array, weights: Array | None = None) -> Array:
    """Return (k, 3, 3): the homographies that take (k, n, 2) points here to those there, n >= 4.

    Signs are such that the points have positive depth; one that would turn some of its own points
    over is all NaN. Points should be of the order of one (pixels over the picture's height).

    >>> square = np.array([[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]])
    >>> (homographies(square, 2 * square)[0] / homographies(square, 2 * square)[0, 2, 2]).round(6)[0, 0]
    np.float64(2.0)
    """
    fine = np.isfinite(here).all(axis=(1, 2)) & np.isfinite(there).all(axis=(1, 2))
    here, there = np.nan_to_num(here), np.nan_to_num(there)
    ones = np.ones((*here.shape[:2], 1))
    flat = np.concatenate([here, ones], axis=2)
    zero = np.zeros_like(flat)
    rows = np.concatenate(
        [
            np.concatenate([flat, zero, -there[..., :1] * flat], axis=2),
            np.concatenate([zero, flat, -there[..., 1:] * flat], axis=2),
        ],
        axis=1,
    )
    if weights is not None:
        rows = rows * np.concatenate([weights, weights], axis=1)[..., None]
    solved = np.linalg.eigh(rows.transpose(0, 2, 1) @ rows)[1][:, :, 0].reshape(-1, 3, 3)
    depth = np.einsum("ki,kni->kn", solved[:, 2], flat)
    solved = solved * np.where(depth.sum(axis=1) < 0, -1.0, 1.0)[:, None, None]
    turned = (depth.min(axis=1) * depth.max(axis=1) <= 0) | (np.abs(depth) < _FLAT).any(axis=1)
    return np.where((turned | ~fine)[:, None, None], np.nan, solved)


def carried(homographies: Array, points: Array) -> Array:
    """Return (k, ..., 2): points (..., 2) through k homographies; NaN at or above the horizon."""
    flat = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1)
    went = np.einsum("kij,...j->k...i", homographies, flat)
    depth = np.where(went[..., 2:] > _FLAT, went[..., 2:], np.nan)
    return np.asarray(went[..., :2] / depth)
