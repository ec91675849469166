"""Which rung of the move ladder to begin with: those that failed lately are left alone for a while.

A rung that failed is tried again later, each time twice as much later; one that worked is forgiven
at once. What a camera says it does not know is not tried again until it is interviewed anew. When
every rung has failed, all are tried as if none had: a camera is never given up.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from orchestrator.domain.moving import Way

FIRST_S = 60.0
LONGEST_S = 3600.0


@dataclass(frozen=True, slots=True)
class Fall:
    """A rung that failed: why, how often in a row, and until when it is left alone."""

    why: str
    times: int
    until_s: float


@dataclass(frozen=True, slots=True)
class Climb:
    """The rungs that failed, and how."""

    falls: Mapping[Way, Fall] = field(default_factory=dict)

    def ladder(self, ways: tuple[Way, ...], now_s: float) -> tuple[Way, ...]:
        """Return the rungs to use now, best first."""
        usable = tuple(way for way in ways if now_s >= self._until_s(way))
        return usable or ways

    def fell(self, way: Way, why: str, now_s: float, *, least_s: float = 0.0) -> "Climb":
        """Return the climb after a rung failed; it is left alone for ``least_s`` at least."""
        before = self.falls.get(way)
        times = 1 if before is None else before.times + 1
        pause_s = max(least_s, min(FIRST_S * 2.0 ** min(times - 1, 10), LONGEST_S))
        return replace(self, falls={**self.falls, way: Fall(why, times, now_s + pause_s)})

    def held(self, way: Way) -> "Climb":
        """Return the climb after a rung was seen to work."""
        if way not in self.falls:
            return self
        return replace(self, falls={one: fall for one, fall in self.falls.items() if one != way})

    def because(self, ways: tuple[Way, ...], used: Way) -> str:
        """Say why no better rung than the one in use is used; empty when there is none better."""
        better = ways[: ways.index(used)] if used in ways else ()
        return "; ".join(
            f"{way.value}: {self.falls[way].why}" for way in better if way in self.falls
        )

    def _until_s(self, way: Way) -> float:
        fall = self.falls.get(way)
        return -math.inf if fall is None else fall.until_s
