"""What the senses report: the observations that ``think`` takes in, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, LinkState, Passport
from orchestrator.domain.ids import (
    CameraId,
    CommandId,
    IntentId,
    NoticeId,
    PersonName,
    PolicyName,
    PresetName,
    TargetId,
)
from orchestrator.domain.intent import OpenAlarm
from orchestrator.domain.moving import Rungs


class Kind(Enum):
    """What a thing is; the value is its code in detection arrays."""

    UNKNOWN = -1
    PERSON = 0
    VEHICLE = 1
    BIKE = 2

    __hash__ = object.__hash__
    """Members are the same object when they are equal; the usual hash of their name is slow."""


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Everything one detector found in one frame, as arrays of n rows.

    ``boxes_px`` is (n, 4) float32 ``x1 y1 x2 y2`` in pixels of a ``width_px`` x ``height_px``
    picture, ``scores`` is (n,) float32 in 0..1, ``kinds`` is (n,) int8 of ``Kind`` values.
    ``exposed_s`` is the site clock at exposure; ``aim`` is where the camera looked at that
    instant, or None when that is unknown (the head has not been heard of); ``aim_sigma_deg`` is the
    doubt about it beyond a resting camera's, a standard deviation: it was moving.
    ``appearances`` is (n, ``appearance.SIZE``) float32, a row of NaN for whom nobody could tell.
    ``vectors`` is (n, d) float32 of a re-identification model, rows of NaN likewise, or None.
    """

    camera: CameraId
    exposed_s: float
    aim: Aim | None
    width_px: int
    height_px: int
    boxes_px: NDArray[np.float32]
    scores: NDArray[np.float32]
    kinds: NDArray[np.int8]
    appearances: NDArray[np.float32]
    vectors: NDArray[np.float32] | None = None
    aim_sigma_deg: float = 0.0

    def only(self, kept: NDArray[np.bool_]) -> "Detections":
        """Return the frame with the boxes where ``kept`` (n,) holds."""
        if kept.all():
            return self
        return replace(
            self,
            boxes_px=self.boxes_px[kept],
            scores=self.scores[kept],
            kinds=self.kinds[kept],
            appearances=self.appearances[kept],
            vectors=None if self.vectors is None else self.vectors[kept],
        )


@dataclass(frozen=True, slots=True)
class HeadSeen:
    """A PTZ head's own report: where it looks, and whether it moves (None: it does not say)."""

    camera: CameraId
    at_s: float
    aim: Aim
    moving: bool | None


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A camera's link changed; ``reason`` is the sentence operators read."""

    camera: CameraId
    at_s: float
    state: LinkState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Interviewed:
    """A camera was onboarded; its passport replaces the one before."""

    camera: CameraId
    at_s: float
    passport: Passport


class MoveEnd(Enum):
    """How a move stands, as steering saw it."""

    STARTED = "started"
    ARRIVED = "arrived"
    ARRIVED_UNCONFIRMED = "arrived unconfirmed"
    FAILED = "failed"
    PREEMPTED = "preempted"


@dataclass(frozen=True, slots=True)
class MoveSeen:
    """What became of a granted intent on the real head, by which way, and what said that it rests."""

    camera: CameraId
    intent: IntentId
    at_s: float
    end: MoveEnd
    error_deg: float | None = None
    reason: str = ""
    way: str = ""
    idle: str = ""


@dataclass(frozen=True, slots=True)
class RungsSeen:
    """By which rungs a head is moved, known to rest and stopped from now on."""

    camera: CameraId
    at_s: float
    rungs: Rungs


@dataclass(frozen=True, slots=True)
class Displaced:
    """A head at rest looks elsewhere, and nobody here has moved it.

    ``by_hand`` it was turned by somebody, at its own web page or joystick; else it has drifted off.
    """

    camera: CameraId
    at_s: float
    aim: Aim
    off_deg: float
    by_hand: bool


class Grip(Enum):
    """How a head has the target that it follows; the value is the word operators read."""

    IN_VIEW = "in view"
    ACQUIRING = "turning to it"
    WAITING = "waiting along its course"
    """Nobody has seen it for a moment: the head goes where it should be by now."""
    SEARCHING = "searching, wider"
    """Nobody has seen it for longer: the head stays, and the picture widens."""


@dataclass(frozen=True, slots=True)
class PursuitSeen:
    """A head follows ``target``, which should be ``off`` halves of the picture off its middle."""

    camera: CameraId
    intent: IntentId
    target: TargetId
    at_s: float
    off: float
    grip: Grip


class Report(Enum):
    """What a camera says of itself, by its own means; the value is the word authors write."""

    MOTION = "motion"
    TAMPER = "tamper"
    """The scene is another one at once: the camera was turned or covered (GlobalSceneChange)."""
    TOO_DARK = "too dark"
    TOO_BRIGHT = "too bright"
    TOO_BLURRY = "too blurry"
    INPUT = "input"
    """A contact at one of its inputs: a door, a bell."""
    FAILURE = "hardware failure"
    PRESET = "preset reached"
    """Its head has come to rest at a preset; it is told of at once and does not last."""
    RULE = "rule"
    """A rule of the camera's own analytics, such as a line of its own or a field, fires."""


@dataclass(frozen=True, slots=True)
class CameraReported:
    """A camera's own event: ``report`` begins (``active``) or ends.

    ``part`` is which of several equal things of the camera it is about, such as its second input;
    empty where there is one.
    """

    camera: CameraId
    report: Report
    active: bool
    at_s: float
    part: str = ""


class TrimEnd(Enum):
    """What became of settings and auxiliary functions on the real camera."""

    SET = "set"
    PUT_BACK = "put back"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TrimSeen:
    """A camera was set as granted, or was given back what it had; ``what`` names the settings."""

    camera: CameraId
    at_s: float
    what: tuple[str, ...]
    end: TrimEnd
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GotoPreset:
    """An operator asks a camera to show a preset."""

    camera: CameraId
    preset: PresetName


@dataclass(frozen=True, slots=True)
class TakeControl:
    """An operator takes a camera for ``hold_s`` seconds; automation leaves it alone meanwhile."""

    camera: CameraId
    hold_s: float


@dataclass(frozen=True, slots=True)
class Release:
    """An operator gives a camera back to automation."""

    camera: CameraId


@dataclass(frozen=True, slots=True)
class Nudge:
    """An operator turns a camera a little: right, up (degrees), and ``closer`` times as near."""

    camera: CameraId
    right_deg: float
    up_deg: float
    closer: float


@dataclass(frozen=True, slots=True)
class PauseAutomation:
    """An operator has automation leave a camera alone (None: every one) for a while, or until resumed."""

    camera: CameraId | None
    for_s: float | None


@dataclass(frozen=True, slots=True)
class ResumeAutomation:
    """An operator lets automation have a camera again (None: every one)."""

    camera: CameraId | None


@dataclass(frozen=True, slots=True)
class PausePolicy:
    """An operator pauses a policy for ``for_s`` seconds, or until it is resumed (None)."""

    policy: PolicyName
    for_s: float | None


@dataclass(frozen=True, slots=True)
class ResumePolicy:
    """An operator lets a paused policy act again."""

    policy: PolicyName


@dataclass(frozen=True, slots=True)
class SetFlag:
    """An operator sets a flag of the site up or down."""

    flag: str
    up: bool


@dataclass(frozen=True, slots=True)
class LiftRule:
    """An operator asks for a privacy rule's `look` to be lifted, and says why.

    ``for_s`` None is as long as the site allows.
    """

    rule: PolicyName
    reason: str
    for_s: float | None = None


@dataclass(frozen=True, slots=True)
class CloseGlass:
    """An operator lets a lifted privacy rule hold again."""

    rule: PolicyName


@dataclass(frozen=True, slots=True)
class RetryVideo:
    """An engineer has a camera's stream tried at once, out of its quarantine where it is in one."""

    camera: CameraId


@dataclass(frozen=True, slots=True)
class Reload:
    """An engineer asks for the site's files to be read again now; the service itself answers."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody answers for an alarm, by its own name or that of one of its escalations."""

    alarm: NoticeId


Order = (
    GotoPreset
    | TakeControl
    | Nudge
    | Release
    | PauseAutomation
    | ResumeAutomation
    | PausePolicy
    | ResumePolicy
    | SetFlag
    | Reload
    | RetryVideo
    | LiftRule
    | CloseGlass
    | Acknowledge
)


@dataclass(frozen=True, slots=True)
class Command:
    """An authorised, fresh, never seen before order of an operator."""

    id: CommandId
    actor: PersonName
    at_s: float
    order: Order


@dataclass(frozen=True, slots=True)
class Inherited:
    """What the run before this one left: flags that operators set, and alarms that still wait.

    Its times are those of whoever holds it: seconds of the site clock in a run, of the epoch in a
    store, since every run's clock begins where it likes. ``at_s`` is when a run took it over.
    """

    flags: Mapping[str, bool] = field(default_factory=dict)
    alarms: Mapping[NoticeId, OpenAlarm] = field(default_factory=dict)
    at_s: float = 0.0

    def shifted(self, by_s: float) -> "Inherited":
        """Return the same by a clock that shows so much more."""
        alarms = {
            name: replace(waiting, due_s=waiting.due_s + by_s)
            for name, waiting in self.alarms.items()
        }
        return replace(self, alarms=alarms)


Observation = (
    Detections
    | HeadSeen
    | LinkSeen
    | Interviewed
    | MoveSeen
    | RungsSeen
    | Displaced
    | PursuitSeen
    | CameraReported
    | TrimSeen
    | Command
    | Inherited
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One box of one frame after thinking: whose it is, and where it stands on the floor.

    ``box_px`` is ``x1 y1 x2 y2``; ``ground_m`` is None where the box meets no floor or the pose
    was unknown; ``covariance_m2`` is ``xx, xy, yy``; ``target`` is None while unconfirmed.
    """

    camera: CameraId
    at_s: float
    kind: Kind
    score: float
    box_px: tuple[float, float, float, float]
    ground_m: tuple[float, float] | None
    covariance_m2: tuple[float, float, float] | None
    target: TargetId | None
