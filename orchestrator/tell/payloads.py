"""What is said on each topic: typed JSON documents, each with its schema's name and version.

The fields are promises to programs of others: they are added to, never renamed; a change that
breaks a reader is a new ``version``. Moments are RFC 3339 in the site's time zone, lengths metres
on the plan, angles degrees. Encoding is pure; nothing here knows a broker.
"""

from datetime import datetime

import msgspec


class Payload(msgspec.Struct, frozen=True, kw_only=True, tag_field="schema"):
    """The part every document has: ``schema`` (its name) and ``version``."""

    version: int = 1

    def encoded(self) -> bytes:
        """Return the document as JSON."""
        return msgspec.json.encode(self)


class FindingPart(msgspec.Struct, frozen=True):
    """One mistake in a file: where, what, and what to do about it."""

    path: str
    line: int
    column: int
    message: str
    hint: str


class RulesPart(msgspec.Struct, frozen=True):
    """The set of rules in force: ``fingerprint`` is the SHA-256 of what authors wrote.

    ``awaiting`` says what needs a restart; ``refused`` what is wrong in files that were changed
    since and are therefore not in force, the first ones of them.
    """

    fingerprint: str
    version: int
    policies: int
    patrols: int
    privacy: int
    since: datetime
    awaiting: tuple[str, ...] = ()
    refused: tuple[FindingPart, ...] = ()


class ServiceStatus(Payload, frozen=True, kw_only=True, tag="service-status"):
    """Whether the service is there, and by which rules. As a will it has neither rules nor time."""

    state: str
    service: str
    site: str
    at: datetime | None = None
    rules: RulesPart | None = None


class AimPart(msgspec.Struct, frozen=True):
    """Where a camera looks, in the world."""

    azimuth_deg: float
    tilt_deg: float
    hfov_deg: float


class OwnerPart(msgspec.Struct, frozen=True):
    """Who has a camera, for what, why and until when."""

    band: str
    policy: str | None
    actor: str | None
    because: str
    preset: str
    targets: tuple[str, ...]
    lease_until: datetime


class FollowingPart(msgspec.Struct, frozen=True):
    """Whom a head follows off its presets, how it has them, and how far off the middle they are.

    ``off`` is in halves of the picture: 0 is its middle, 1 its edge.
    """

    target: str
    how: str
    off: float


class TrimPart(msgspec.Struct, frozen=True):
    """One picture setting or auxiliary function that a policy has set, and until when."""

    what: str
    value: str
    policy: str | None
    lease_until: datetime


class FlawPart(msgspec.Struct, frozen=True):
    """What of a camera's frames could not be used as it was, and how often when this was told."""

    what: str
    count: int


class LadderPart(msgspec.Struct, frozen=True):
    """How a head is moved, known to rest and stopped now; ``because`` is why no better way is used."""

    move: str
    idle: str
    stop: str
    because: str
    moves_last_hour: int


class CameraStatePayload(Payload, frozen=True, kw_only=True, tag="camera-state"):
    """A camera now: ``owner`` is null while nobody asks anything of its head.

    ``trim`` is what policies have set of its picture, and which auxiliary functions run.
    ``flaws`` is what was wrong with what it sent; ``floor_off_m`` by how much its calibration is
    wrong (it was moved, perhaps), as far as that is certain; null: it is not. ``ladder`` is null
    while its head has not been moved. ``paused_by`` is who has automation leave it alone.
    """

    camera: str
    at: datetime
    link: str
    reason: str
    moving: bool
    aim: AimPart | None
    owner: OwnerPart | None
    following: FollowingPart | None = None
    trim: tuple[TrimPart, ...] = ()
    flaws: tuple[FlawPart, ...] = ()
    floor_off_m: float | None = None
    ladder: LadderPart | None = None
    paused_by: str | None = None


class TargetPart(msgspec.Struct, frozen=True):
    """Somebody on the floor: ``sigma_m`` is the standard deviation of the position."""

    id: str
    kind: str
    x_m: float
    y_m: float
    vx_mps: float
    vy_mps: float
    sigma_m: float
    confidence: float
    cameras: tuple[str, ...]


class TargetsPayload(Payload, frozen=True, kw_only=True, tag="targets"):
    """Everybody who is tracked now, in one message."""

    at: datetime
    targets: tuple[TargetPart, ...]


class PicturedPart(msgspec.Struct, frozen=True):
    """Somebody in the picture of a camera that nobody surveyed.

    ``box`` is ``x1, y1, x2, y2`` in shares of the picture's width and height.
    """

    id: str
    kind: str
    camera: str
    box: tuple[float, float, float, float]


class CandidatePart(msgspec.Struct, frozen=True):
    """Somebody who has gone and may be the one who came, with the probability of that."""

    id: str
    probability: float


class DoubtPart(msgspec.Struct, frozen=True):
    """``id`` came lately; ``may_be`` is who that may be, the likeliest first, the rest somebody new."""

    id: str
    may_be: tuple[CandidatePart, ...]


class IdentitiesPayload(Payload, frozen=True, kw_only=True, tag="identities"):
    """Everybody in the pictures of cameras that nobody surveyed, and whose identity is in doubt.

    Ids are those of targets: who walks from such a picture onto the floor keeps theirs.
    """

    at: datetime
    pictured: tuple[PicturedPart, ...]
    doubts: tuple[DoubtPart, ...]


class AlarmPayload(Payload, frozen=True, kw_only=True, tag="alarm"):
    """Something people must hear of; one with an ``id`` already heard is the same alarm.

    ``acknowledge_within_s`` is how soon somebody should, counted from ``at``; the service itself
    does not wait for it. ``camera`` is set when it was that camera itself that reported.
    """

    id: str
    at: datetime
    severity: str
    say: str
    policy: str | None
    target: str | None
    zone: str | None
    to: tuple[str, ...]
    acknowledge_within_s: float | None = None
    camera: str | None = None
    escalates: str | None = None


class AlarmEventPayload(Payload, frozen=True, kw_only=True, tag="alarm-event"):
    """Somebody has acknowledged the alarm ``alarm``."""

    id: str
    at: datetime
    alarm: str
    what: str
    by: str
    policy: str
    zone: str | None


class PolicyEventPayload(Payload, frozen=True, kw_only=True, tag="policy-event"):
    """A policy started, ended, was paused or resumed."""

    id: str
    at: datetime
    policy: str
    what: str
    target: str | None
    zone: str | None
    camera: str | None = None


class LiftPart(msgspec.Struct, frozen=True):
    """A privacy rule that is lifted: by whom, why, since when and until when."""

    rule: str
    by: str
    reason: str
    since: datetime
    until: datetime


class PrivacyPayload(Payload, frozen=True, kw_only=True, tag="privacy-state"):
    """Every privacy rule that is lifted now; none, and all of them hold."""

    at: datetime
    lifted: tuple[LiftPart, ...]


class GlassEventPayload(Payload, frozen=True, kw_only=True, tag="glass-event"):
    """A privacy rule was ``lifted``, or holds again: ``closed``, ``expired`` or ``ended``."""

    id: str
    at: datetime
    rule: str
    what: str
    by: str
    reason: str
    until: datetime


class SetEventPayload(Payload, frozen=True, kw_only=True, tag="set-event"):
    """The rules in force were swapped (``what`` is ``in force``), or those written ``refused``."""

    id: str
    at: datetime
    what: str
    fingerprint: str
    changes: tuple[str, ...]
    awaiting: tuple[str, ...]
    findings: tuple[FindingPart, ...]


class DecisionPayload(Payload, frozen=True, kw_only=True, tag="decision"):
    """Why a camera does what it does from now on; ``document`` is what ``explain`` prints."""

    camera: str
    at: datetime
    document: dict[str, object]


class ShadowPayload(Payload, frozen=True, kw_only=True, tag="shadow"):
    """What a policy in shadow would have done: ``say`` in words, the rest for programs.

    ``what`` is ``started``, ``ended``, ``look``, ``lose`` or ``alarm``; ``about`` is a target or a
    zone; ``holder`` is from whom it would have taken the camera, empty when from nobody.
    """

    at: datetime
    policy: str
    what: str
    say: str
    about: str | None
    camera: str | None
    preset: str | None
    holder: str
    source: str


class AnswerPayload(Payload, frozen=True, kw_only=True, tag="answer"):
    """One step in the answer to the command ``id``; ``code`` is set when it is rejected."""

    id: str
    at: datetime
    step: str
    code: str
    say: str


class ServiceMetricsPayload(Payload, frozen=True, kw_only=True, tag="service-metrics"):
    """How the process fares; rates and shares are of the last while, seconds where so named."""

    at: datetime
    up_s: float
    ticks_per_s: float
    tick_p99_s: float
    lag_p99_s: float
    memory_bytes: int
    processor_s: float
    inference_queue: int
    inbox: int
    lost: int


class CameraMetricsPayload(Payload, frozen=True, kw_only=True, tag="camera-metrics"):
    """How one camera's video fares; counters are since the start of the service."""

    at: datetime
    camera: str
    link: str
    video_quarantined: bool
    hidden: str
    rung: str
    restarts: int
    decoded: int
    gated: int
    dropped: int
    packets_lost: int
    searched: int
    decoded_per_s: float
    gated_per_s: float
    dropped_per_s: float
    searched_per_s: float
    age_p50_s: float | None
    age_p99_s: float | None
