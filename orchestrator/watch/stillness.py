"""Does a camera's own picture stand still? People may walk through it; a head that turns moves all of it."""

import numpy as np
from numpy.typing import NDArray

STRIDE_PX = 12
"""A sparse sample is enough, and costs a tenth of a millisecond."""
SAME = 4.0
"""Levels (of 255) that noise and compression change a picture by from frame to frame."""


def sampled(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a sparse grey sample of a picture, (h, w, 3) uint8."""
    return np.asarray(pixels[::STRIDE_PX, ::STRIDE_PX].mean(axis=2), dtype=np.float32)


def still(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    """Say whether most of a picture is as it was: whoever walks through it is a small part.

    >>> ramp = np.tile(np.arange(0.0, 240.0, 8.0, dtype=np.float32), (20, 1))
    >>> walker = ramp.copy(); walker[5:15, 10:14] = 255.0
    >>> still(ramp, walker), still(ramp, np.roll(ramp, 2, axis=1)), still(ramp, ramp[:10])
    (True, False, False)
    """
    if before.shape != after.shape:
        return False
    return float(np.median(np.abs(after - before))) <= SAME
