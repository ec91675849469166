"""What shall be true: claims of policies and operators, leases, and one granted intent a camera."""

from dataclasses import dataclass, field
from enum import Enum, IntEnum

from orchestrator.domain.camera import Aim
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
    ZoneId,
)
from orchestrator.domain.imaging import Auxiliary, Imaging, Mode, Value, imaging_of
from orchestrator.domain.moving import Rungs
from orchestrator.domain.veil import CLEAR, Veil
from orchestrator.errors import Finding

USUAL_PRIORITY = 50
"""Who says nothing of its rank inside its band is in the middle."""


class Band(IntEnum):
    """Who may take a camera from whom: a higher band pre-empts a lower one. Privacy is above all."""

    HOME = 0
    PATROL = 100
    ANALYTICS = 300
    HANDOFF = 500
    ALARM = 700
    OPERATOR = 900


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a policy as it was judged: its words, what was found, whether it held."""

    text: str
    found: str
    held: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was asked for: a policy and its place in a file, or an operator's command."""

    policy: PolicyName | None
    actor: PersonName | None
    because: str
    source: str = ""
    """``path:line`` of the policy's sentence."""
    clauses: tuple[Clause, ...] = ()
    command: CommandId | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A claim that did not get the camera, and why, in one sentence.

    ``idle`` marks a policy that did not even claim it: a condition did not hold.
    """

    claim: str
    band: Band
    reason: str
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """The one thing a camera is granted to do now: show ``preset``, for ``targets``, until a time.

    With an ``aim`` it looks there instead, and ``preset`` is where it was before. A head that can may
    leave the preset to keep the one target in the picture that it ``pursues``. The same ``id``
    means the same grant: steering acts on a new id, and follows the aim of a repeated one.
    """

    id: IntentId
    camera: CameraId
    preset: PresetName
    band: Band
    targets: tuple[TargetId, ...]
    reason: Reason
    granted_s: float
    until_s: float
    lost: tuple[Refused, ...] = ()
    priority: int = USUAL_PRIORITY
    aim: Aim | None = None
    pursues: TargetId | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A picture setting or an auxiliary function, as it is granted to somebody until a time.

    ``what`` is the setting's name (``brightness``) or the function's (``tt:Wiper``): each is granted
    by itself, whoever has the head.
    """

    what: str
    value: Value | Auxiliary
    band: Band
    priority: int
    reason: Reason
    since_s: float
    until_s: float

    @property
    def words(self) -> str:
        """Return the value as an author writes it."""
        if isinstance(self.value, Auxiliary):
            return self.value.run
        return self.value.value if isinstance(self.value, Mode) else f"{self.value * 100:g} %"


@dataclass(frozen=True, slots=True)
class Trim:
    """Everything a camera is granted beside where its head looks, and who did not get what."""

    camera: CameraId
    settings: tuple[Setting, ...] = ()
    lost: tuple[Refused, ...] = ()

    @property
    def imaging(self) -> Imaging:
        """Return the picture's settings."""
        return imaging_of(
            [
                (setting.what, setting.value)
                for setting in self.settings
                if not isinstance(setting.value, Auxiliary)
            ]
        )

    @property
    def auxiliaries(self) -> tuple[Auxiliary, ...]:
        """Return the functions that run, at most one command for each."""
        values = (setting.value for setting in self.settings)
        return tuple(value for value in values if isinstance(value, Auxiliary))


class Severity(Enum):
    """How loud an alarm is."""

    INFO = "info"
    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something people must hear of, once per cause.

    ``escalates`` is the alarm that nobody acknowledged in time, where this one says so to others.
    """

    severity: Severity
    say: str
    policy: PolicyName
    target: TargetId | None
    zone: ZoneId | None
    to: tuple[PersonName, ...] = ()
    camera: CameraId | None = None
    escalates: NoticeId | None = None


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that waits to be acknowledged until ``due_s``; then the first of ``then`` is told.

    ``names`` are its own and those of its escalations so far.
    """

    alarm: Alarm
    names: tuple[NoticeId, ...]
    within_s: float
    then: tuple[PersonName, ...]
    due_s: float


class Step(Enum):
    """Where an operator's command stands."""

    ACCEPTED = "accepted"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Answer:
    """One step in the answer to a command.

    ``code`` is set when rejected: ``invalid, unauthorised, privacy, leased, expired, duplicate,
    offline, conflict, busy``.
    """

    command: CommandId
    step: Step
    code: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class PolicyMoved:
    """A policy started, ended, was paused or resumed; kept for the audit."""

    policy: PolicyName
    what: str
    target: TargetId | None = None
    zone: ZoneId | None = None
    camera: CameraId | None = None


@dataclass(frozen=True, slots=True)
class GlassMoved:
    """A privacy rule was ``lifted``, or holds again: it was ``closed``, ``expired`` or ``ended``.

    ``actor`` is who did it; for what ended by itself, who had lifted it.
    """

    rule: PolicyName
    what: str
    actor: PersonName
    reason: str
    until_s: float


@dataclass(frozen=True, slots=True)
class SetMoved:
    """The rules in force were swapped (``in force``), or those written were ``refused``.

    ``fingerprint`` is the hash of the set that is in force after it, either way. ``changes`` and
    ``awaiting`` are sentences: what is otherwise now, and what needs a restart.
    """

    what: str
    fingerprint: str
    changes: tuple[str, ...] = ()
    awaiting: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody has answered for an alarm: nobody else is told of it."""

    alarm: NoticeId
    actor: PersonName
    policy: PolicyName
    zone: ZoneId | None = None


Fact = Alarm | Answer | PolicyMoved | SetMoved | GlassMoved | Acknowledged


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact that may not be lost: kept in the store in the tick that made it, then told."""

    id: NoticeId
    at_s: float
    fact: Fact


@dataclass(frozen=True, slots=True)
class Unset:
    """Something of its picture, or a function, that a camera was not given, and why it was not.

    ``setting`` is what was granted, and to whom; None where nobody has it any more: then it was to be
    put back.
    """

    what: str
    reason: str
    setting: Setting | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Why a camera does what it does from now on: the winner and every loser; for ``explain``.

    ``before`` is the preset it left, ``aim`` where the new one looks; ``arrived_s`` and
    ``error_deg`` are set in the judgement that follows the head's arrival. ``trim`` is what else the
    camera is granted at that moment.
    """

    at_s: float
    camera: CameraId
    intent: Intent | None
    lost: tuple[Refused, ...] = ()
    before: PresetName | None = None
    aim: Aim | None = None
    arrived_s: float | None = None
    error_deg: float | None = None
    lifts: tuple[Lift, ...] = ()
    """Privacy rules that were lifted at that moment."""
    trim: tuple[Setting, ...] = ()
    unset: tuple[Unset, ...] = ()
    """What the camera was to be given beside its head, and has just failed to be."""
    rungs: Rungs | None = None
    """How the head got there, in the judgement that follows its arrival."""


class Regard(IntEnum):
    """Whose pictures come first while more want to be searched than can be: the higher one's."""

    IDLE = 0
    LIVE = 1
    """It saw somebody lately."""
    FOLLOWING = 2
    """Its head is led by somebody: each answer that comes late is a wrong turn."""


@dataclass(frozen=True, slots=True)
class Attention:
    """How a camera is to be watched: pictures a second, and how many while nothing moves in them.

    ``veil`` is what may not be seen in them. ``nameless`` is where nobody may be described by a
    model that tells people apart, which includes the veil; None: nobody may be, anywhere in them.
    ``regard`` is what the camera matters beside the others.
    """

    camera: CameraId
    fps: float
    still_fps: float
    veil: Veil = CLEAR
    nameless: Veil | None = None
    regard: Regard = Regard.IDLE


@dataclass(frozen=True, slots=True)
class Shadowed:
    """What a policy in shadow would have done; nobody did it.

    ``what`` is ``started``, ``ended``, ``look``, ``lose`` or ``alarm``; ``about`` is whom or which
    zone it concerns, ``holder`` from whom it would have taken the camera.
    """

    at_s: float
    policy: PolicyName
    what: str
    say: str
    about: str | None = None
    source: str = ""
    camera: CameraId | None = None
    preset: PresetName | None = None
    holder: str = ""
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What one tick of thinking wants to be true, and what it has to say."""

    intents: tuple[Intent, ...] = ()
    trims: tuple[Trim, ...] = ()
    notices: tuple[Notice, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    attention: tuple[Attention, ...] = field(default=())
    shadows: tuple[Shadowed, ...] = ()
