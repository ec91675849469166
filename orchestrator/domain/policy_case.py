"""A policy's test as a value: what is given when, and what its author expects to be true then.

Every time is in seconds from the start of the case; places are metres on the plan.
"""

from dataclasses import dataclass
from datetime import datetime

from orchestrator.domain.ids import (
    CameraId,
    PersonName,
    PolicyName,
    PresetName,
    TargetId,
    ViewId,
    ZoneId,
)
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.intent import Severity
from orchestrator.domain.policy import Source
from orchestrator.domain.sighting import Kind, Order, Report

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Appears:
    """Somebody is there from now on: at the first point of ``way``, and along it at a pace."""

    at_s: float
    target: TargetId
    kind: Kind
    way: tuple[Point, ...]
    pace_mps: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Expects:
    """Hand-off expects somebody in a view, at a place, from ``leaves_s`` on; given, not computed.

    ``chance`` is how likely, 0..1.
    """

    at_s: float
    target: TargetId
    leaves: ViewId
    leaves_s: float
    view: ViewId
    place: Point
    chance: float


@dataclass(frozen=True, slots=True)
class Vanishes:
    """Nobody sees somebody any more."""

    at_s: float
    target: TargetId


@dataclass(frozen=True, slots=True)
class Orders:
    """An operator asks for something."""

    at_s: float
    actor: PersonName
    order: Order


@dataclass(frozen=True, slots=True)
class Says:
    """A camera says something of itself, or takes it back."""

    at_s: float
    camera: CameraId
    report: Report
    active: bool
    part: str = ""


@dataclass(frozen=True, slots=True)
class Sets:
    """A flag of the site is set, or taken back."""

    at_s: float
    flag: str
    up: bool


@dataclass(frozen=True, slots=True)
class Acknowledges:
    """An operator acknowledges every alarm of a policy that waits for it."""

    at_s: float
    actor: PersonName
    policy: PolicyName


Event = Appears | Expects | Vanishes | Orders | Acknowledges | Says | Sets


@dataclass(frozen=True, slots=True)
class Shows:
    """A camera is granted: any camera, preset, target or holder where None stands.

    ``holder`` is a policy's name, ``operator NAME`` or ``home``.
    """

    camera: CameraId | None
    preset: PresetName | None
    target: TargetId | None
    holder: str | None


@dataclass(frozen=True, slots=True)
class Sees:
    """A head shows a part of a zone, at rest or on its way (None: any head)."""

    camera: CameraId | None
    zone: ZoneId


@dataclass(frozen=True, slots=True)
class Alarms:
    """An alarm of this severity is raised, by this policy and for this person where one is named."""

    severity: Severity
    policy: str | None = None
    to: PersonName | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """An operator is answered with this code."""

    code: str


@dataclass(frozen=True, slots=True)
class Trims:
    """A camera is set so, or runs that auxiliary command: any camera or holder where None stands."""

    camera: CameraId | None
    imaging: Imaging
    runs: str
    holder: str | None


@dataclass(frozen=True, slots=True)
class PutsBack:
    """Settings or auxiliary functions that were granted are not any more (None: any camera)."""

    camera: CameraId | None
    what: tuple[str, ...]


Aspect = Shows | Sees | Alarms | Answers | Trims | PutsBack


@dataclass(frozen=True, slots=True)
class Expectation:
    """``aspect`` is true at some moment up to ``by_s``; None: it never is."""

    aspect: Aspect
    by_s: float | None
    text: str
    """As its author wrote it."""
    source: Source


@dataclass(frozen=True, slots=True)
class PolicyCase:
    """One case file. ``at`` is the wall clock at second 0, with its zone.

    ``flags`` are what the site's flags are in this case, where they differ from the site file.
    """

    name: str
    site: str
    at: datetime
    given: tuple[Event, ...]
    expect: tuple[Expectation, ...]
    flags: tuple[tuple[str, bool], ...]
    source: Source

    @property
    def length_s(self) -> float:
        """Return how long it has to be played: past all that is given or expected."""
        due_s = [one.by_s for one in self.expect if one.by_s is not None]
        return max([event.at_s + LINGER_S for event in self.given] + due_s, default=LINGER_S) + 1.0


LINGER_S = 15.0
"""What must never happen is looked for so long after the last thing that is given."""
