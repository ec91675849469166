"""The world: everything ``think`` remembers between ticks, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.domain.camera import Aim, LinkState, Passport
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Sighting
from orchestrator.domain.target import Arrival, Presence, Target
from orchestrator.domain.tracks import Tracks


@dataclass(frozen=True, slots=True)
class CameraState:
    """What is known of one camera now; ``aim`` is None until its head has been heard of."""

    link: LinkState = LinkState.CONNECTING
    reason: str = ""
    passport: Passport | None = None
    aim: Aim | None = None
    aim_at_s: float = 0.0
    moving: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """One tick's knowledge. ``sightings`` are those of this tick only; the rest accumulates."""

    now_s: float = 0.0
    cameras: Mapping[CameraId, CameraState] = field(default_factory=dict)
    tracks: Tracks = field(default_factory=Tracks)
    targets: tuple[Target, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    presences: tuple[Presence, ...] = ()
    desk: Desk = field(default_factory=Desk)
