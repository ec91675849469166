"""The map that people's ways taught: which cameras show the same floor, and the ways nobody sees."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from orchestrator.domain.ids import CameraId

HALF_LIFE_D = 30.0
"""What was not seen for so many days is believed half as much."""
DOUBTING = 3.0
"""So many times seen make half of all confidence."""


@dataclass(frozen=True, slots=True)
class SharedFloor:
    """Two cameras showed the same ``people`` at once, on ``shared_m2`` of floor; last on a day."""

    a: CameraId
    b: CameraId
    shared_m2: float
    people: int
    last: date | None
    declared: bool = False

    def confidence(self, today: date) -> float:
        """Return how much it is to be believed, 0..1; what a person declared does not age."""
        return believed(self.people, self.last, today, declared=self.declared)


@dataclass(frozen=True, slots=True)
class Walk:
    """A way from camera ``a`` to ``b`` that no camera shows, gone so many times, in seconds."""

    a: CameraId
    b: CameraId
    median_s: float
    p10_s: float
    p90_s: float
    gone: int
    last: date | None
    declared: bool = False

    def confidence(self, today: date) -> float:
        """Return how much it is to be believed, 0..1; what a person declared does not age."""
        return believed(self.gone, self.last, today, declared=self.declared)


@dataclass(frozen=True, slots=True)
class LearnedMap:
    """What is known of how cameras hang together, from those who walked there."""

    overlaps: tuple[SharedFloor, ...] = ()
    passages: tuple[Walk, ...] = ()

    def among(self, cameras: Collection[CameraId]) -> "LearnedMap":
        """Return what the map says of some cameras alone."""
        return LearnedMap(
            tuple(one for one in self.overlaps if one.a in cameras and one.b in cameras),
            tuple(one for one in self.passages if one.a in cameras and one.b in cameras),
        )


def believed(times: int, last: date | None, today: date, *, declared: bool) -> float:
    """Return the confidence in what was seen so many times, the last time on a day.

    >>> believed(9, date(2026, 5, 1), date(2026, 5, 31), declared=False)
    0.375
    """
    if declared:
        return 1.0
    if last is None:
        return 0.0
    age_d = max((today - last).days, 0)
    return float(times / (times + DOUBTING) * 0.5 ** (age_d / HALF_LIFE_D))
