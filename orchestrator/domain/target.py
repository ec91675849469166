"""Targets: one identity per person or vehicle, on the floor plan, over all cameras."""

from dataclasses import dataclass

from orchestrator.domain.ids import CameraId, TargetId, ViewId, ZoneId
from orchestrator.domain.sighting import Kind


@dataclass(frozen=True, slots=True)
class Target:
    """The reader's view of one confirmed track.

    ``position_m`` and ``velocity_mps`` are plan x, y at the world's now; ``sigma_m`` is the
    standard deviation of the position (geometric mean of both axes). ``seen_by`` maps the
    cameras that saw it lately to when (site clock, seconds).
    """

    id: TargetId
    kind: Kind
    position_m: tuple[float, float]
    velocity_mps: tuple[float, float]
    sigma_m: float
    confidence: float
    first_seen_s: float
    last_seen_s: float
    seen_by: tuple[tuple[CameraId, float], ...]

    @property
    def speed_mps(self) -> float:
        """Return the pace over the floor."""
        return float((self.velocity_mps[0] ** 2 + self.velocity_mps[1] ** 2) ** 0.5)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A view that ``target`` is expected in, from ``earliest_s`` until ``latest_s`` (site clock).

    ``leaves`` is the view it is in now; ``leaves_s`` when it is expected to leave that one;
    ``at_m`` is the place on the floor where it is expected to enter.
    """

    target: TargetId
    leaves: ViewId
    leaves_s: float
    view: ViewId
    earliest_s: float
    latest_s: float
    probability: float
    at_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Presence:
    """A target is in a zone since ``since_s`` (site clock)."""

    target: TargetId
    zone: ZoneId
    since_s: float
