"""How long something took, the last many times: for figures, at the cost of an append."""

from collections import deque

import numpy as np

KEPT = 1200
"""A minute of ticks."""


class Durations:
    """The newest durations of one thing, and how often it happened at all."""

    def __init__(self, kept: int = KEPT) -> None:
        """Begin with none."""
        self._newest: deque[float] = deque(maxlen=kept)
        self.count = 0

    def add(self, took_s: float) -> None:
        """Note one."""
        self._newest.append(took_s)
        self.count += 1

    def at_s(self, share: float) -> float:
        """Return the duration that this share of the newest did not exceed; 0 before the first.

        >>> some = Durations(kept=4)
        >>> for took_s in (9.0, 1.0, 2.0, 3.0, 4.0):
        ...     some.add(took_s)
        >>> some.at_s(0.5), some.count
        (2.5, 5)
        """
        return float(np.quantile(self._newest, share)) if self._newest else 0.0
