"""Does anything move? Told off a tiny luma picture, so that a still one need not be searched.

Each picture is compared with a running average of those before; what differs by more than the
noise of a camera, over an area as large as a small person, is motion. A light that is switched on
is motion too, for as long as the average needs to follow.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE_PX = (160, 96)
"""A person of 24 px in a picture 360 px high has some 6 px here."""
_NOISE = 12
_LEAST_PX = 5
_FOLLOWS = 0.08
"""How much of each picture goes into the average: it follows within a dozen."""

Pixels = NDArray[np.uint8]


class MotionGate:
    """Compares each picture with those before it."""

    def __init__(self) -> None:
        """Know no picture yet: the first is news."""
        self._usual: NDArray[np.float32] | None = None

    def moved(self, luma: Pixels) -> bool:
        """Return whether something moves in a picture's luma plane, (h, w) of any size."""
        small = cv2.resize(luma, SIZE_PX, interpolation=cv2.INTER_AREA)
        small = cv2.blur(small, (3, 3))
        if self._usual is None:
            self._usual = np.asarray(small, np.float32)
            return True
        differs = cv2.absdiff(small, cv2.convertScaleAbs(self._usual))
        cv2.accumulateWeighted(small, self._usual, _FOLLOWS)
        return int(np.count_nonzero(np.asarray(differs) > _NOISE)) >= _LEAST_PX
