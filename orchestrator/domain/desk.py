"""The arbiter's desk: claims, leases and what each policy remembers; ``decide`` alone writes it.

Every time in it is the site clock in seconds (``Instant.mono_s``). Ids are made from ``run``, a
prefix the service chooses anew at every start, and ``serial``, a counter; so they are the same
when a log is replayed, and never repeat after a restart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar, cast

from orchestrator.domain.camera import Aim
from orchestrator.domain.cause import CaseKey, Cause
from orchestrator.domain.glass import Lift
from orchestrator.domain.ids import (
    CameraId,
    CommandId,
    IntentId,
    NoticeId,
    PersonName,
    PolicyName,
    PresetName,
    TargetId,
    ViewId,
    ZoneId,
)
from orchestrator.domain.intent import Band, Clause, Intent, OpenAlarm, Trim
from orchestrator.domain.target import Arrival, Crossing, Presence, Rest, Target


@dataclass(frozen=True, slots=True)
class Case:
    """A policy's memory of one cause: since when its trigger holds, and since when it acts.

    ``met_s`` is when trigger and condition began to hold together, None while they do not;
    ``held_s`` when they last did, of a case that holds not necessarily the latest such moment;
    ``started_s`` when the policy started to act, None before.
    ``towards_m`` and ``beyond_m`` are where the target is expected to enter ``view``, at ``from_s``
    at the soonest, and where a little later; it leaves the view ``leaves`` at ``leaves_s``. Only a
    ``leaves`` trigger has them. Once a head looks there (``sent``) it is awaited there until
    ``due_s``, however the estimates tremble meanwhile: a head is not called back half-way.
    ``judged`` says that its hand-over was. A target that is followed is so until
    ``followed_until_s``, and was last at ``last_m``, moving with ``last_mps``.
    """

    policy: PolicyName
    cause: Cause
    met_s: float | None
    held_s: float
    started_s: float | None = None
    until_s: float = 0.0
    zone: ZoneId | None = None
    view: ViewId | None = None
    leaves: ViewId | None = None
    towards_m: tuple[float, float] | None = None
    beyond_m: tuple[float, float] | None = None
    from_s: float = 0.0
    leaves_s: float = 0.0
    sent: bool = False
    due_s: float = 0.0
    clauses: tuple[Clause, ...] = ()
    judged: bool = False
    followed_until_s: float = 0.0
    last_m: tuple[float, float] | None = None
    last_mps: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Hold:
    """An operator has a camera until a time.

    ``preset`` is where it was sent, ``aim`` where it was nudged to; both None when only control was
    taken.
    """

    actor: PersonName
    command: CommandId
    preset: PresetName | None
    since_s: float
    until_s: float
    aim: Aim | None = None


@dataclass(frozen=True, slots=True)
class Halted:
    """Automation leaves a camera alone: who has paused it, and until when; None is until resumed."""

    actor: PersonName
    until_s: float | None


@dataclass(frozen=True, slots=True)
class Errand:
    """A command whose move is under way: what is owed is ``started``, then ``done`` or ``failed``.

    ``intent`` is None until the move is granted, which waits while the head still turns.
    """

    command: CommandId
    camera: CameraId
    intent: IntentId | None
    due_s: float
    started: bool = False


@dataclass(frozen=True, slots=True)
class Tour:
    """Where one camera is on one patrol: ``stop`` counts its own stops, from 0.

    ``shown_s`` is when the stop came into view (None until then); ``over`` once every stop was
    shown, until the next period begins. ``fired`` is, of a tour that goes by cron, the last firing
    that was answered, in UTC: by this tour, or by none because it was missed or not to be.
    """

    begun_s: float
    stop: int = 0
    shown_s: float | None = None
    over: bool = False
    fired: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An automatic move of a head, and how strong the claim was that it was made for."""

    at_s: float
    band: Band
    priority: int


@dataclass(frozen=True, slots=True)
class Barred:
    """A preset that could not be reached for a claim, and until when it is left alone."""

    preset: PresetName
    until_s: float
    band: Band
    priority: int


@dataclass(frozen=True, slots=True)
class Post:
    """What is remembered of one camera beside its grant.

    ``moves`` are its automatic moves within the last minute; ``shown_s`` is when the grant's preset
    was reached (None while on the way); ``idle_s`` since when nobody claims it; ``served_s`` when
    its grant last served a claim; ``barred`` are presets that could not be reached. It is
    ``displaced`` when it looks elsewhere than at its grant's preset: nudged, or turned by hand.
    """

    moves: tuple[Moved, ...] = ()
    shown_s: float | None = None
    idle_s: float | None = None
    served_s: float = 0.0
    barred: tuple[Barred, ...] = ()
    displaced: bool = False


_One = TypeVar("_One", Presence, Crossing, Arrival)


@dataclass(frozen=True, slots=True)
class Told(Generic[_One]):
    """What the world tells of targets: all of it, and the same by target."""

    every: Sequence[_One] = ()
    by_target: Mapping[TargetId, Sequence[_One]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looks:
    """What policies read of each target itself, and what that was read from.

    ``columns`` have a place for each target: its name, its kind, and whatever else is read.
    """

    targets: Sequence[Target] = ()
    rests: Mapping[TargetId, Rest] = field(default_factory=dict)
    columns: tuple[Sequence[object], ...] = ((), ())

    @property
    def names(self) -> Sequence[TargetId]:
        """Return the first column."""
        return cast(Sequence[TargetId], self.columns[0])


@dataclass(frozen=True, slots=True)
class Calm:
    """What everybody was judged by, and until when that stands if nothing of it changes.

    ``of`` is what was so of all of them together: the rules, which of them stood, the flags.
    ``looks`` is what policies read of each target itself; where each is, what it crossed and where
    it is expected is what the world told besides; ``members`` is who is in each zone, where
    policies ask that. ``due_s`` is when time alone may change something; who is not in it waits for
    a change.
    """

    of: tuple[object, ...] = ()
    looks: Looks = field(default_factory=Looks)
    due_s: Mapping[TargetId, float] = field(default_factory=dict)
    present: Told[Presence] = field(default_factory=Told)
    crossed: Told[Crossing] = field(default_factory=Told)
    arriving: Told[Arrival] = field(default_factory=Told)
    members: Mapping[ZoneId, frozenset[TargetId]] | None = None


@dataclass(frozen=True, slots=True)
class Shade:
    """What policies in shadow remember: as the desk, and apart from it.

    ``grants`` are what they would have been granted, ``lost`` whose claims would have got nothing.
    """

    cases: Mapping[CaseKey, Case] = field(default_factory=dict)
    quiet: Mapping[CaseKey, float] = field(default_factory=dict)
    grants: Mapping[CameraId, Intent] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    calm: Calm = field(default=Calm(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything ``decide`` carries from tick to tick."""

    run: str = "r"
    serial: int = 0
    cases: Mapping[CaseKey, Case] = field(default_factory=dict)
    quiet: Mapping[CaseKey, float] = field(default_factory=dict)
    """Until when a cause may not start a policy again; the site stands for any cause of it."""
    paused: Mapping[PolicyName, float | None] = field(default_factory=dict)
    """Until when a policy is paused; None is until it is resumed."""
    halted: Mapping[CameraId, Halted] = field(default_factory=dict)
    """Cameras that automation leaves alone."""
    flags: Mapping[str, bool] = field(default_factory=dict)
    """Flags of the site that operators have set, whatever its file says."""
    lifts: Mapping[PolicyName, Lift] = field(default_factory=dict)
    """Privacy rules that somebody has lifted."""
    holds: Mapping[CameraId, Hold] = field(default_factory=dict)
    errands: tuple[Errand, ...] = ()
    tours: Mapping[tuple[PolicyName, CameraId], Tour] = field(default_factory=dict)
    grants: Mapping[CameraId, Intent] = field(default_factory=dict)
    posts: Mapping[CameraId, Post] = field(default_factory=dict)
    trims: Mapping[CameraId, Trim] = field(default_factory=dict)
    alarms: Mapping[NoticeId, OpenAlarm] = field(default_factory=dict)
    calm: Calm = field(default=Calm(), compare=False, repr=False)
    """Spares work and changes no decision, so it counts for nothing when desks are compared."""
    shade: Shade = field(default_factory=Shade)
    at_s: float = field(default=0.0, compare=False)
    """When it was last brought to the moment: until then what holds has held."""
