"""Policies as values: what ``config`` parsed and ``decide`` judges.

A policy answers, in this order: ``during`` which calendar, ``on`` which trigger, ``when`` under
which condition, how long it must ``hold`` and be ``clear``, and what it wants ``do``-ne. It never
calls a camera: a ``Look`` becomes a claim, and the arbiter grants claims.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from orchestrator.domain.calendar import CalendarName
from orchestrator.domain.condition import Conjunct
from orchestrator.domain.cron import Cron
from orchestrator.domain.ids import CameraId, LineId, PersonName, PolicyName, PresetName, ZoneId
from orchestrator.domain.imaging import Auxiliary, Imaging
from orchestrator.domain.intent import USUAL_PRIORITY, Band, Severity
from orchestrator.domain.sighting import Kind, Report


@dataclass(frozen=True, slots=True)
class Source:
    """Where an author wrote something."""

    path: str
    line: int

    def __str__(self) -> str:
        """Return ``path:line``."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Enters:
    """Holds while a target of one of ``kinds`` is in one of ``zones``."""

    zones: tuple[ZoneId, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Leaves:
    """Holds while a target of one of ``kinds`` is about to leave its view within ``within_s``."""

    kinds: tuple[Kind, ...]
    within_s: float


@dataclass(frozen=True, slots=True)
class Stays:
    """Holds while a target of one of ``kinds`` has been in one of ``zones`` for ``for_s``."""

    zones: tuple[ZoneId, ...]
    kinds: tuple[Kind, ...]
    for_s: float


class Towards(Enum):
    """Which way a line is crossed: in is to the left of whoever looks along it."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Crosses:
    """Holds for ``CROSSED_S`` after a target of one of ``kinds`` crossed one of ``lines``."""

    lines: tuple[LineId, ...]
    kinds: tuple[Kind, ...]
    towards: Towards


@dataclass(frozen=True, slots=True)
class Occupied:
    """Holds for each of ``zones`` while any target of ``kinds`` is in it; the zone is the cause."""

    zones: tuple[ZoneId, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Reports:
    """Holds for each camera while it says so itself; ``cameras`` None is any of the site."""

    reports: tuple[Report, ...]
    cameras: tuple[CameraId, ...] | None


@dataclass(frozen=True, slots=True)
class Flagged:
    """Holds while a flag of the site is up; the site is the cause."""

    flag: str


Trigger = Enters | Leaves | Stays | Crosses | Occupied | Reports | Flagged


def kinds_of(on: Trigger) -> tuple[Kind, ...]:
    """Return the kinds of target that a trigger is about; none where it is about no target."""
    return () if isinstance(on, Reports | Flagged) else on.kinds


@dataclass(frozen=True, slots=True)
class AtTarget:
    """Look at whoever started the policy, and follow from preset to preset."""

    onwards: bool = False
    """As long as it is tracked, whatever the trigger says, and then where it was last seen."""


@dataclass(frozen=True, slots=True)
class AtNextView:
    """Look at where the target is expected next, before it gets there."""

    search_last_seen: bool = False
    """When it does not arrive: watch where it was last seen instead."""
    confirm_s: float | None = None
    """How long after it left it is awaited, and the hand-over judged; None: not judged."""


@dataclass(frozen=True, slots=True)
class AtZone:
    """Look at as much of a zone as one preset shows."""

    zone: ZoneId


@dataclass(frozen=True, slots=True)
class AtPreset:
    """Show one preset of one camera."""

    camera: CameraId
    preset: PresetName


@dataclass(frozen=True, slots=True)
class AtThatZone:
    """Look at the zone that the trigger is about."""


@dataclass(frozen=True, slots=True)
class AtThatCamera:
    """Look at the camera that reported: where it stands, or else at what it is there to see."""


@dataclass(frozen=True, slots=True)
class AtPark:
    """Send cameras to their park presets: they look away."""


Aspect = AtTarget | AtNextView | AtZone | AtPreset | AtThatZone | AtThatCamera | AtPark


@dataclass(frozen=True, slots=True)
class Look:
    """Have something looked at for ``for_s`` after the trigger last held.

    ``cameras`` are those that may be used; None is every PTZ camera, the best one first.
    """

    at: Aspect
    cameras: tuple[CameraId, ...] | None
    for_s: float
    source: Source


@dataclass(frozen=True, slots=True)
class Raise:
    """Raise an alarm; ``say`` may hold ``{zone}``, ``{target}``, ``{kind}`` and ``{view}``."""

    severity: Severity
    say: str
    to: tuple[PersonName, ...]
    acknowledge_within_s: float | None
    source: Source
    then: tuple[PersonName, ...] = ()
    """Who is told, one after another, while nobody has acknowledged it."""


@dataclass(frozen=True, slots=True)
class SetImaging:
    """Have the picture of some cameras set, and put back ``for_s`` after the cause last held."""

    cameras: tuple[CameraId, ...]
    imaging: Imaging
    for_s: float
    source: Source


@dataclass(frozen=True, slots=True)
class RunAuxiliary:
    """Have an auxiliary function of some cameras run until ``for_s`` after the cause last held."""

    cameras: tuple[CameraId, ...]
    auxiliary: Auxiliary
    for_s: float
    source: Source


@dataclass(frozen=True, slots=True)
class RunPatrol:
    """Have a patrol's tour made once from its first stop, within ``for_s`` after the cause last held.

    It is made in the policy's band, whether or not the patrol's own calendar and schedule hold.
    """

    patrol: PolicyName
    for_s: float
    source: Source


Lasting = Look | SetImaging | RunAuxiliary | RunPatrol
"""What is true for a while, and not said once."""
Action = Lasting | Raise


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. ``cooldown_per`` is ``target`` or ``policy``; ``when`` holds if every part does.

    Once it has started it goes on, while its trigger holds, until every part of ``clear_when``
    does; where there is none, until ``when`` does not.

    ``source`` is the line of its trigger, the sentence that explanations point at. ``priority`` is
    its rank inside its band, 0..99: the higher is served first.
    """

    name: PolicyName
    version: int
    because: str
    basis: str
    band: Band
    during: CalendarName | None
    on: Trigger
    when: tuple[Conjunct, ...]
    hold_s: float
    clear_s: float
    cooldown_s: float
    cooldown_per: str
    do: tuple[Action, ...]
    source: Source
    clear_when: tuple[Conjunct, ...] = ()
    priority: int = USUAL_PRIORITY
    shadow: bool = False
    """Whether it only says what it would do."""

    @property
    def lasts_s(self) -> float:
        """Return how long the longest of its actions goes on after the cause last held."""
        lasting = (action for action in self.do if not isinstance(action, Raise))
        return max((action.for_s for action in lasting), default=0.0)

    @property
    def follow_s(self) -> float:
        """Return how long a target that is followed is sought once it is lost; 0: none is."""
        return max((look.for_s for look in self._looks() if _onwards(look)), default=0.0)

    @property
    def confirm_s(self) -> float | None:
        """Return within which time a hand-over has to be confirmed; None where none is made."""
        aims = (look.at for look in self._looks())
        return next((aim.confirm_s for aim in aims if isinstance(aim, AtNextView)), None)

    def _looks(self) -> Iterator[Look]:
        return (action for action in self.do if isinstance(action, Look))


def _onwards(look: Look) -> bool:
    return isinstance(look.at, AtTarget) and look.at.onwards


@dataclass(frozen=True, slots=True)
class Stop:
    """One preset of a tour, shown for ``dwell_s`` after arrival."""

    camera: CameraId
    preset: PresetName
    dwell_s: float
    source: Source


@dataclass(frozen=True, slots=True)
class Every:
    """A tour begins with its calendar, and each ``period_s`` from then on."""

    period_s: float

    def __str__(self) -> str:
        """Return the period as explanations say it.

        >>> str(Every(1200.0))
        'every 20 min'
        """
        return f"every {self.period_s / 60:g} min"


@dataclass(frozen=True, slots=True)
class ByCron:
    """A tour begins at each firing; ``makes_up`` for one or many that were slept through, once."""

    cron: Cron
    makes_up: bool = False

    def __str__(self) -> str:
        """Return the expression, and by whose clock it is read.

        >>> str(ByCron(Cron("0 8 * * 1-5", "Europe/Berlin")))
        'cron 0 8 * * 1-5 (Europe/Berlin)'
        """
        return f"cron {self.cron} ({self.cron.timezone})"


Schedule = Every | ByCron


@dataclass(frozen=True, slots=True)
class Patrol:
    """A tour over presets, begun by its ``schedule`` while ``during`` holds.

    Each camera walks its own stops in the order written. A tour that was interrupted goes on at
    the stop it was at (``resumes``), or begins again.
    """

    name: PolicyName
    version: int
    because: str
    basis: str
    during: CalendarName | None
    schedule: Schedule
    stops: tuple[Stop, ...]
    resumes: bool
    source: Source


class Act(Enum):
    """What a privacy rule may forbid."""

    LOOK = "look"
    RECORD = "record"
    DETECT = "detect"
    IDENTIFY = "identify"


@dataclass(frozen=True, slots=True)
class PrivacyRule:
    """What may never be done to ``zones`` while ``during`` holds, by anybody.

    ``parks`` is what happens to a camera whose pose is unknown: it is sent to its park preset,
    or left where it is.
    """

    name: PolicyName
    version: int
    because: str
    basis: str
    during: CalendarName | None
    zones: tuple[ZoneId, ...]
    never: frozenset[Act]
    parks: bool
    source: Source


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Every policy, patrol and privacy rule of a site, in the order of their files."""

    policies: tuple[Policy, ...] = ()
    patrols: tuple[Patrol, ...] = ()
    privacy: tuple[PrivacyRule, ...] = ()
    shadows: tuple[Policy, ...] = ()
    """Policies that only say what they would do: whoever acts looks at ``policies``."""

    @property
    def enforced(self) -> "PolicySet":
        """Return the set as if nothing were in shadow: what is checked and tested."""
        every = sorted((*self.policies, *self.shadows), key=lambda one: one.source.path)
        return replace(self, policies=tuple(every), shadows=())

    def enforcing(self, folder: str) -> "PolicySet":
        """Return the set with the policies in shadow of one folder in force, for its cases."""
        mine = tuple(one for one in self.shadows if _folder(one) == folder)
        if not mine:
            return self
        rest = tuple(one for one in self.shadows if _folder(one) != folder)
        return replace(replace(self, shadows=mine).enforced, shadows=rest)

    @property
    def rules(self) -> tuple[Policy | Patrol | PrivacyRule, ...]:
        """Return everything an author writes into a file of its own."""
        return (*self.policies, *self.patrols, *self.privacy, *self.shadows)

    @property
    def names(self) -> tuple[PolicyName, ...]:
        """Return the name of everything an operator may pause: policies and patrols."""
        return tuple(p.name for p in self.policies) + tuple(p.name for p in self.patrols)


def _folder(policy: Policy) -> str:
    """Return the folder that a policy's file lies in."""
    return policy.source.path.rpartition("/")[0]
