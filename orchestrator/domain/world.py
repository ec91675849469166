"""The world: everything ``think`` remembers between ticks, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.domain.camera import Aim, LinkState, Passport
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId, TargetId
from orchestrator.domain.intake import Intake
from orchestrator.domain.moving import Rungs
from orchestrator.domain.pictures import Pictures
from orchestrator.domain.sighting import PursuitSeen, Report, Sighting
from orchestrator.domain.target import (
    Arrival,
    Crossing,
    Doubt,
    Pictured,
    Presence,
    Rest,
    Target,
    Trodden,
)
from orchestrator.domain.tracks import Tracks


@dataclass(frozen=True, slots=True)
class Reported:
    """A camera says ``report`` since ``since_s``; ``until_s`` is when it stopped to, if it did."""

    report: Report
    part: str
    since_s: float
    until_s: float | None = None


@dataclass(frozen=True, slots=True)
class CameraState:
    """What is known of one camera now; ``aim`` is None until its head has been heard of.

    ``rungs`` are how its head is moved, known to rest and stopped now.
    ``pursuit`` is what its head last told of following somebody.
    """

    link: LinkState = LinkState.CONNECTING
    reason: str = ""
    passport: Passport | None = None
    aim: Aim | None = None
    aim_at_s: float = 0.0
    moving: bool = False
    reported: tuple[Reported, ...] = ()
    rungs: Rungs = field(default_factory=Rungs)
    pursuit: PursuitSeen | None = None


@dataclass(frozen=True, slots=True)
class World:
    """One tick's knowledge. ``sightings`` are those of this tick only; the rest accumulates."""

    now_s: float = 0.0
    cameras: Mapping[CameraId, CameraState] = field(default_factory=dict)
    intake: Intake = field(default_factory=Intake)
    tracks: Tracks = field(default_factory=Tracks)
    pictures: Pictures = field(default_factory=Pictures)
    targets: tuple[Target, ...] = ()
    pictured: tuple[Pictured, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    presences: tuple[Presence, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    trodden: Trodden = field(default_factory=Trodden)
    rests: Mapping[TargetId, Rest] = field(default_factory=dict)
    desk: Desk = field(default_factory=Desk)
