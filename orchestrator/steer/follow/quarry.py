"""Whom a head follows: where somebody was last known to be on the floor, and how they moved."""

import math
from dataclasses import dataclass

from orchestrator.domain.ids import TargetId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Target

TALL_M = {Kind.PERSON: 1.75, Kind.BIKE: 1.75, Kind.VEHICLE: 1.8}

COURSE_S = 2.0
STRAY_MPS = 0.5
"""How far people stray from a straight course in a second."""


@dataclass(frozen=True, slots=True)
class Quarry:
    """One target: where it is at ``at_s``, its velocity, and when a camera saw it last."""

    target: TargetId
    at_s: float
    position_m: tuple[float, float]
    velocity_mps: tuple[float, float]
    seen_s: float
    sigma_m: float = 0.3
    tall_m: float = 1.75

    @classmethod
    def of(cls, target: Target, at_s: float) -> "Quarry":
        """Return what the tracker knows of a target at the world's now, ``at_s``."""
        return cls(
            target.id,
            at_s,
            target.position_m,
            target.velocity_mps,
            target.last_seen_s,
            target.sigma_m,
            TALL_M.get(target.kind, 1.75),
        )

    def where(self, then_s: float) -> tuple[float, float]:
        """Return where it is expected at a moment: straight on at its pace, while that is likely.

        Who has not been seen for ``COURSE_S`` is awaited where they would have been by then.
        """
        ahead_s = min(then_s, self.seen_s + COURSE_S) - self.at_s
        (x, y), (vx, vy) = self.position_m, self.velocity_mps
        return x + vx * ahead_s, y + vy * ahead_s

    def doubt_m(self, then_s: float) -> float:
        """Return the standard deviation of where it is then: people turn and stop."""
        return math.hypot(self.sigma_m, STRAY_MPS * max(then_s - self.at_s, 0.0))
