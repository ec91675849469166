"""Does a camera's own picture stand still? People may walk through it; a head that turns moves all of it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from orchestrator.geometry.veil import Hidden
from orchestrator.ports import Frame

STRIDE_PX = 12
"""A sparse sample is enough, and costs a tenth of a millisecond."""
SAME = 4.0
"""Levels (of 255) that noise and compression change a picture by from frame to frame."""
Stands = Callable[[float, bool], None]
"""Is told when a picture was taken, and whether it stands still."""


LEAST_SEEN = 0.25
"""With less of the picture to be seen in both, nobody can tell."""


def sampled(pixels: NDArray[np.uint8], hidden: Hidden | None = None) -> NDArray[np.float32]:
    """Return a sparse grey sample of a picture, (h, w, 3) uint8; NaN where it is hidden."""
    grey = np.asarray(pixels[::STRIDE_PX, ::STRIDE_PX].mean(axis=2), dtype=np.float32)
    if hidden is not None:
        grey[hidden.pixels[::STRIDE_PX, ::STRIDE_PX]] = np.nan
    return grey


def still(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool | None:
    """Say whether most of a picture is as it was: whoever walks through it is a small part.

    None where too little of it may be seen.

    >>> ramp = np.tile(np.arange(0.0, 240.0, 8.0, dtype=np.float32), (20, 1))
    >>> walker = ramp.copy(); walker[5:15, 10:14] = 255.0
    >>> still(ramp, walker), still(ramp, np.roll(ramp, 2, axis=1)), still(ramp, ramp[:10])
    (True, False, False)
    """
    if before.shape != after.shape:
        return False
    shift = np.abs(after - before)
    seen = shift[~np.isnan(shift)]
    if seen.size < LEAST_SEEN * shift.size:
        return None
    return bool(np.median(seen) <= SAME)


class Witness:
    """Sees whether the picture of a head stands still, where anybody asks."""

    def __init__(self, stands: Stands | None) -> None:
        """Keep who is told; None: nobody asks."""
        self._stands = stands
        self._last: NDArray[np.float32] | None = None

    def see(self, frame: Frame) -> None:
        """Tell of a frame, beside the one before."""
        if self._stands is None:
            return
        last, self._last = self._last, sampled(frame.pixels, frame.hidden)
        stands = None if last is None else still(last, self._last)
        if stands is not None:
            self._stands(frame.exposed_s, stands)
