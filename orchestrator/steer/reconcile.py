"""What to do next for one head, as a pure function of what is wanted and what is.

Level-triggered, after the reconcile loops of controllers: the newest intent is compared with
where the head is; nothing is queued. GotoPreset's 200 means accepted, never arrived, so a move
ends only when the head itself says so, or at its deadline. A move under way whose grant is
withdrawn is stopped; one whose grant is replaced is not, since the new command turns the head.
"""

from dataclasses import dataclass, replace

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Intent
from orchestrator.domain.sighting import HeadSeen, MoveEnd, MoveSeen

ARRIVED_DEG = 0.7
"""A head within this of the preset's stored pose is there: preset repeatability is 0.1-0.5 deg."""
STABLE_ANSWERS = 3
"""So many equal answers stand for `not moving` on a head that does not report MoveStatus."""
ATTEMPTS = 3
"""A preset that was not reached is asked for this often before the move has failed."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How far one intent has been made true.

    ``deadline_s`` is None while nothing was sent; ``done`` once an end was reported.
    ``stable`` counts equal answers since the command; ``last`` is the answer before.
    """

    intent: Intent
    attempts: int = 0
    sent_s: float = 0.0
    deadline_s: float | None = None
    done: bool = False
    stable: int = 0
    was_moving: bool = False
    last: Aim | None = None


@dataclass(frozen=True, slots=True)
class Goto:
    """Send the head to a preset, and expect it there by ``deadline_s``."""

    preset: PresetName
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Halt:
    """Stop the head where it is: nobody may have it go on."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Nothing to send."""


Step = Goto | Halt | Stay


def reconciled(
    motion: Motion | None,
    wanted: Intent | None,
    head: HeadSeen,
    goal: Aim | None,
    *,
    slew_s: float,
    error_deg: float | None,
    now_s: float,
) -> tuple[Motion | None, Step, tuple[MoveSeen, ...]]:
    """Return the new state of the motion, what to send now, and what became of the move.

    ``goal`` is where the wanted preset looks (None when the camera does not say), ``slew_s`` how
    long the head should need to get there, ``error_deg`` how far off it is now.
    """
    reports: tuple[MoveSeen, ...] = ()
    if motion is not None and (wanted is None or wanted.id != motion.intent.id):
        reports = _preempted(motion, wanted, now_s)
        motion = None
    if wanted is None:
        return None, Halt() if reports else Stay(), reports
    if motion is None:
        motion = Motion(wanted)
        if not reports and error_deg is not None and error_deg <= ARRIVED_DEG and not head.moving:
            end = MoveSeen(wanted.camera, wanted.id, now_s, MoveEnd.ARRIVED, error_deg, "was there")
            return replace(motion, done=True), Stay(), (*reports, end)
        return _sent(motion, slew_s, now_s, reports)
    if motion.done:
        return motion, Stay(), reports
    return _watched(motion, head, goal, slew_s=slew_s, error_deg=error_deg, now_s=now_s)


def _sent(
    motion: Motion, slew_s: float, now_s: float, reports: tuple[MoveSeen, ...]
) -> tuple[Motion, Step, tuple[MoveSeen, ...]]:
    """Twice the expected time and three seconds more is a generous deadline, and an end."""
    deadline_s = now_s + 2.0 * slew_s + 3.0
    intent = motion.intent
    first = motion.attempts == 0
    started = MoveSeen(intent.camera, intent.id, now_s, MoveEnd.STARTED)
    motion = replace(
        motion,
        attempts=motion.attempts + 1,
        sent_s=now_s,
        deadline_s=deadline_s,
        stable=0,
        was_moving=False,
        last=None,
    )
    return motion, Goto(intent.preset, deadline_s), (*reports, started) if first else reports


def _watched(
    motion: Motion,
    head: HeadSeen,
    goal: Aim | None,
    *,
    slew_s: float,
    error_deg: float | None,
    now_s: float,
) -> tuple[Motion, Step, tuple[MoveSeen, ...]]:
    motion = _noted(motion, head)
    intent = motion.intent
    idle = _idle(motion, head)
    if idle and error_deg is not None and error_deg <= ARRIVED_DEG:
        end = MoveSeen(intent.camera, intent.id, now_s, MoveEnd.ARRIVED, error_deg)
        return replace(motion, done=True), Stay(), (end,)
    if idle and goal is None and (motion.was_moving or now_s >= motion.sent_s + slew_s):
        end = MoveSeen(
            intent.camera,
            intent.id,
            now_s,
            MoveEnd.ARRIVED_UNCONFIRMED,
            None,
            "the camera does not say where its preset looks",
        )
        return replace(motion, done=True), Stay(), (end,)
    if motion.deadline_s is not None and now_s >= motion.deadline_s:
        return _late(motion, error_deg, slew_s, now_s)
    return motion, Stay(), ()


def _late(
    motion: Motion, error_deg: float | None, slew_s: float, now_s: float
) -> tuple[Motion, Step, tuple[MoveSeen, ...]]:
    if motion.attempts < ATTEMPTS:
        return _sent(motion, slew_s, now_s, ())
    intent = motion.intent
    off = "an unknown way" if error_deg is None else f"{error_deg:.1f} deg"
    reason = f"still {off} from `{intent.preset}` after {motion.attempts} attempts"
    end = MoveSeen(intent.camera, intent.id, now_s, MoveEnd.FAILED, error_deg, reason)
    return replace(motion, done=True), Stay(), (end,)


def _noted(motion: Motion, head: HeadSeen) -> Motion:
    same = motion.last is not None and motion.last == head.aim
    return replace(
        motion,
        stable=motion.stable + 1 if same else 0,
        was_moving=motion.was_moving or bool(head.moving) or (motion.last is not None and not same),
        last=head.aim,
    )


def _idle(motion: Motion, head: HeadSeen) -> bool:
    """MoveStatus may lag behind or stick; answers that stay equal are the second witness."""
    if head.moving is None:
        return motion.stable >= STABLE_ANSWERS
    return not head.moving or motion.stable >= 4 * STABLE_ANSWERS


def _preempted(motion: Motion, wanted: Intent | None, now_s: float) -> tuple[MoveSeen, ...]:
    if motion.done or motion.deadline_s is None:
        return ()
    by = "nobody wants it any more" if wanted is None else f"by {wanted.reason.because}"
    intent = motion.intent
    return (MoveSeen(intent.camera, intent.id, now_s, MoveEnd.PREEMPTED, None, by),)
