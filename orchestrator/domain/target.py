"""Targets: one identity per person or vehicle, on the floor plan, over all cameras."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.domain.ids import CameraId, LineId, TargetId, ViewId, ZoneId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Zone


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
class Pictured:
    """Somebody in the picture of a camera that nobody surveyed: who, and where in the picture.

    ``box`` is ``x1 y1 x2 y2`` in shares of the picture; nobody knows where on the floor that is.
    """

    id: TargetId
    kind: Kind
    camera: CameraId
    box: tuple[float, float, float, float]
    seen_s: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """``target`` came lately and may be somebody who has gone: who, and how probable each is.

    The rest to one is the probability of somebody new.
    """

    target: TargetId
    may_be: tuple[tuple[TargetId, float], ...]


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


CROSSED_S = 5.0
"""Who crossed a line is told of for so long, or until they come back over it."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A target crossed a line at ``at_s`` (site clock); ``inwards`` is to the line's left."""

    target: TargetId
    line: LineId
    inwards: bool
    at_s: float


@dataclass(frozen=True, slots=True)
class Trodden:
    """What is remembered of ways.

    ``places_m`` is where each target was in the tick before, and ``zones`` what zones there were;
    ``passing`` how often a target that is still close to a line has gone over it: inwards less
    outwards, and never 0.
    """

    places_m: Mapping[TargetId, tuple[float, float]] = field(default_factory=dict)
    passing: Mapping[tuple[LineId, TargetId], int] = field(default_factory=dict)
    zones: tuple[Zone, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Rest:
    """A target has been near ``place_m`` since ``since_s`` (site clock)."""

    place_m: tuple[float, float]
    since_s: float
