"""What is learned of one camera's calibration: how far its floor is off."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEATURES = 3
"""An affine map has a constant and two slopes per axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """One camera's floor against that of the others, as a regression that never ends.

    ``anchor_m`` is the place the affine map is written around, None before the first box. What
    everybody seen with others has told adds up in ``information`` (3, 3), in 1/m2, and
    ``evidence`` (3, 2), in 1/m.  ``at_s`` is when it was last taught.
    """

    anchor_m: tuple[float, float] | None = None
    information: Floats = field(default_factory=lambda: np.zeros((FEATURES, FEATURES)))
    evidence: Floats = field(default_factory=lambda: np.zeros((FEATURES, 2)))
    at_s: float = -np.inf
