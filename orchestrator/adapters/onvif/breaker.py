"""When a camera is left alone for a while: after it did not answer a few times in a row. Pure.

::

    closed --AFTER failures in a row--> open --time is up--> half open --answered--> closed
                                          ^----------- failed, twice as long -----------'

Who keeps the camera on board asks at a pace of his own and is never held back; his answers close it
as well. Everybody else is told at once that nothing is asked, in place of waiting for a deadline
each time. How long it stays open is drawn, so that cameras behind one switch do not come back at once.
"""

from collections.abc import Callable
from typing import Final

AFTER: Final = 3
FIRST_OPEN_S: Final = 5.0
LONGEST_OPEN_S: Final = 60.0


class Breaker:
    """One camera's; time is told to it, in seconds that only go forward."""

    __slots__ = ("_draw", "_failures", "_opened", "_until_s")

    def __init__(self, draw: Callable[[float, float], float]) -> None:
        """Start closed; ``draw`` returns a random number between two bounds."""
        self._draw = draw
        self._failures = 0
        self._opened = 0
        self._until_s = 0.0

    @property
    def failures(self) -> int:
        """Return how often in a row it was not answered."""
        return self._failures

    def lets_through(self, now_s: float) -> bool:
        """Say whether to ask now; when time is up one is let through, and the others wait on."""
        if self._failures < AFTER:
            return True
        if now_s < self._until_s:
            return False
        self._open(now_s)
        return True

    def answered(self) -> None:
        """Take an answer, whatever it says."""
        self._failures = self._opened = 0

    def failed(self, now_s: float) -> None:
        """Take it that nothing was answered."""
        self._failures += 1
        if self._failures >= AFTER and now_s >= self._until_s:
            self._open(now_s)

    def _open(self, now_s: float) -> None:
        bound_s = min(LONGEST_OPEN_S, FIRST_OPEN_S * 2.0 ** min(self._opened, 16))
        self._opened += 1
        self._until_s = now_s + self._draw(bound_s / 2.0, bound_s)
