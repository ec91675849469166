"""What people notice of decisions: moves of cameras, and alarms."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestrator.domain.ids import CameraId, IntentId, PolicyName, PresetName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Alarm, Clause, Decision, Intent


@dataclass(frozen=True, slots=True)
class Outcome:
    """A camera was granted a preset (``what`` is ``move``), or an alarm was raised (``alarm``).

    ``says`` is what it did, ``holder`` who wanted it: a policy, ``operator NAME`` or ``home``.
    ``about`` is what two outcomes share that are one another's counterpart: the camera that moved,
    or whom the alarm is about.
    """

    what: str
    at: Instant = field(compare=False)
    about: str
    says: str
    holder: str
    camera: CameraId | None = None
    source: str = field(default="", compare=False)
    clauses: tuple[Clause, ...] = field(default=(), compare=False)


class Watcher:
    """Finds outcomes in one decision after another."""

    def __init__(self) -> None:
        """Start having seen nothing."""
        self._shown: dict[CameraId, tuple[IntentId, PresetName]] = {}

    def outcomes(self, decision: Decision, now: Instant) -> Iterator[Outcome]:
        """Yield what came about in a tick."""
        shown: dict[CameraId, tuple[IntentId, PresetName]] = {}
        for intent in decision.intents:
            shown[intent.camera] = intent.id, intent.preset
            if self._shown.get(intent.camera) != shown[intent.camera]:
                yield moved(intent, now)
        self._shown = shown
        for notice in decision.notices:
            if isinstance(notice.fact, Alarm):
                yield raised(notice.fact, now)


def moved(intent: Intent, now: Instant) -> Outcome:
    """Return the move that a new grant is."""
    whom = f" for {', '.join(intent.targets)}" if intent.targets else ""
    return Outcome(
        what="move",
        at=now,
        about=f"camera {intent.camera}",
        says=f"{intent.camera} looks at `{intent.preset}`{whom}",
        holder=holder(intent),
        camera=intent.camera,
        source=intent.reason.source,
        clauses=intent.reason.clauses,
    )


def raised(alarm: Alarm, now: Instant) -> Outcome:
    """Return an alarm as an outcome."""
    return Outcome(
        what="alarm",
        at=now,
        about=f"alarm {alarm.policy} {alarm.target or alarm.zone or 'site'}",
        says=f'alarm {alarm.severity.value} "{alarm.say}"',
        holder=alarm.policy,
    )


def holder(intent: Intent) -> str:
    """Return who has a grant, as cases and logs name it."""
    if intent.reason.actor is not None:
        return f"operator {intent.reason.actor}"
    return intent.reason.policy or PolicyName("home")
