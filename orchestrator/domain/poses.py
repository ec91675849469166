"""Where a camera looked at a moment, as far as it is known: proven, or bounded by an answer nearby."""

from dataclasses import dataclass

from orchestrator.domain.camera import Aim


@dataclass(frozen=True, slots=True)
class Posed:
    """Where a camera looked, and the doubt about it: a standard deviation in degrees."""

    aim: Aim
    sigma_deg: float


@dataclass(frozen=True, slots=True)
class Nearby:
    """Where a head looked ``away_s`` before or after a moment, and whether it was at rest then."""

    aim: Aim
    away_s: float
    rested: bool
