"""Datagrams of a stream in the order in which they were sent; pure.

The network may swap, repeat and lose them. One that is missing is waited for while others come,
``LATEST_S`` at most, so that a picture is late by no more than that; then it is lost, which whoever
puts pictures together sees by the gap between numbers.
"""

from typing import Final

LATEST_S: Final = 0.1
MOST_HELD: Final = 512
"""A large key picture is some 300 datagrams."""
_NUMBERS: Final = 1 << 16
_FAR: Final = 3000
"""Numbers further apart have nothing to do with each other: the camera began anew (RFC 3550, A.1)."""


def ahead(number: int, expected: int) -> int:
    """Return how far a sequence number is ahead of another, negative behind, across the wrap.

    >>> ahead(2, 65534), ahead(65534, 2)
    (4, -4)
    """
    return (number - expected + _NUMBERS // 2) % _NUMBERS - _NUMBERS // 2


class Reordering:
    """Holds what came too early until what belongs before it is there, or is given up."""

    def __init__(self) -> None:
        """Expect anything."""
        self._expected: int | None = None
        self._held: dict[int, tuple[bytes, float]] = {}

    @property
    def due_s(self) -> float | None:
        """When the next gap is to be given up; None while there is none."""
        return next((at_s + LATEST_S for _, at_s in self._held.values()), None)

    def taken(self, number: int, data: bytes, at_s: float) -> list[bytes]:
        """Return what can be given on, in order, now that a datagram of that number has come."""
        if self._expected is None or abs(ahead(number, self._expected)) > _FAR:
            self._held.clear()
            self._expected = number
        if ahead(number, self._expected) < 0:
            return []  # it comes for the second time, or after it was given up
        self._held.setdefault(number, (data, at_s))
        given = self._run()
        if not given and len(self._held) > MOST_HELD:
            given = self._over_the_gap()
        return given

    def overdue(self, at_s: float) -> list[bytes]:
        """Return what has waited long enough for what is missing before it."""
        given: list[bytes] = []
        while (due_s := self.due_s) is not None and at_s >= due_s:
            given += self._over_the_gap()
        return given

    def _over_the_gap(self) -> list[bytes]:
        expected = self._expected or 0
        self._expected = min(self._held, key=lambda number: ahead(number, expected))
        return self._run()

    def _run(self) -> list[bytes]:
        """Take what stands at the front without a gap."""
        given = []
        while self._expected is not None and self._expected in self._held:
            given.append(self._held.pop(self._expected)[0])
            self._expected = (self._expected + 1) % _NUMBERS
        return given
