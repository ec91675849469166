"""What to do next for one head, as a pure function of what is wanted and what is.

Level-triggered, after the reconcile loops of controllers: the newest intent is compared with
where the head is; nothing is queued. GotoPreset's 200 means accepted, never arrived, so a move
ends only as ``verdict`` says, at its deadline at the latest. A move under way whose grant is
withdrawn is stopped; one whose grant is replaced is not, since the new command turns the head. One
that has failed and still turns is stopped too.
"""

from dataclasses import dataclass, replace

from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Intent
from orchestrator.domain.moving import Way
from orchestrator.domain.sighting import MoveEnd, MoveSeen
from orchestrator.steer.verdict import (
    UNKNOWN_TRAVEL_S,
    End,
    Expected,
    Heard,
    Progress,
    begun,
    ended,
    noted,
    overdue,
    resting,
)

ARRIVED_DEG = 0.7
"""A head within this of the preset's stored pose is there: preset repeatability is 0.1-0.5 deg."""
ATTEMPTS = 3
"""A preset that was not reached is asked for this often before the move has failed."""
SOONEST = 0.4
"""Of the time a turn should take: what is there in less has not turned at all."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How far one intent has been made true.

    ``progress`` is of the newest command, None while nothing was sent; ``done`` once an end was
    reported. ``way`` is the rung of the ladder that is in use.
    """

    intent: Intent
    way: Way = Way.PRESET
    attempts: int = 0
    progress: Progress | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Goto:
    """Send the head to a preset in this way, and expect it there by ``deadline_s``."""

    preset: PresetName
    way: Way
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Halt:
    """Stop the head where it is: nobody may have it go on."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Nothing to send."""


Step = Goto | Halt | Stay
Outcome = tuple[Motion | None, Step, tuple[MoveSeen, ...]]


def reconciled(
    motion: Motion | None,
    wanted: Intent | None,
    heard: Heard,
    *,
    slew_s: float | None,
    follows: bool,
    ladder: tuple[Way, ...],
    now_s: float,
) -> Outcome:
    """Return the new state of the motion, what to send now, and what became of the move.

    ``heard.error`` is in degrees, None when the camera does not say where it is or where the preset
    looks; ``slew_s`` how long the head should need to get there, None when nobody knows.
    ``follows`` says that the position it tells was seen to change; ``ladder`` is how it can go.
    """
    reports: tuple[MoveSeen, ...] = ()
    if motion is not None and (wanted is None or wanted.id != motion.intent.id):
        reports = _preempted(motion, wanted, now_s)
        motion = None
    if wanted is None:
        return None, Halt() if reports else Stay(), reports
    expected = _expected(slew_s)
    if motion is None:
        motion = Motion(wanted, ladder[0])
        near = heard.error is not None and heard.error <= ARRIVED_DEG
        if not reports and near and follows and not heard.moving:
            there = End(MoveEnd.ARRIVED, heard.error, "was there")
            return _over(motion, there, now_s)
        return _sent(motion, heard, expected, follows=follows, now_s=now_s, reports=reports)
    if motion.done or motion.progress is None:
        return motion, Stay(), reports
    return _watched(motion, motion.progress, heard, expected, ladder=ladder, now_s=now_s)


def stepped_down(motion: Motion, ladder: tuple[Way, ...]) -> Way | None:
    """Return the next way below the one in use; None when that was the last."""
    place = ladder.index(motion.way) + 1 if motion.way in ladder else len(ladder)
    return ladder[place] if place < len(ladder) else None


def _expected(slew_s: float | None) -> Expected:
    """Twice the usual time and three seconds more is a generous deadline, and an end."""
    usual_s = UNKNOWN_TRAVEL_S if slew_s is None else slew_s
    soonest_s = 0.0 if slew_s is None else SOONEST * slew_s
    return Expected(soonest_s, usual_s, 2.0 * usual_s + 3.0, ARRIVED_DEG)


def _sent(
    motion: Motion,
    heard: Heard,
    expected: Expected,
    *,
    follows: bool,
    now_s: float,
    reports: tuple[MoveSeen, ...] = (),
) -> tuple[Motion, Goto, tuple[MoveSeen, ...]]:
    progress = begun(heard, expected, follows=follows, now_s=now_s)
    first = motion.attempts == 0
    intent = motion.intent
    started = MoveSeen(intent.camera, intent.id, now_s, MoveEnd.STARTED, way=motion.way.value)
    motion = replace(motion, attempts=motion.attempts + 1, progress=progress)
    step = Goto(intent.preset, motion.way, progress.deadline_s)
    return motion, step, (*reports, started) if first else reports


def _again(
    motion: Motion, before: Progress, heard: Heard, expected: Expected, now_s: float
) -> Outcome:
    """Send once more; a head that is there and has not been seen to rest goes on resting."""
    motion, step, reports = _sent(motion, heard, expected, follows=before.follows, now_s=now_s)
    if motion.progress is not None and before.near_s is not None:
        kept = replace(motion.progress, since_s=before.since_s, stable=before.stable)
        motion = replace(motion, progress=kept)
    return motion, step, reports


def _watched(
    motion: Motion,
    progress: Progress,
    heard: Heard,
    expected: Expected,
    *,
    ladder: tuple[Way, ...],
    now_s: float,
) -> Outcome:
    progress = noted(progress, heard)
    motion = replace(motion, progress=progress)
    end = ended(progress, heard)
    if end is not None:
        return _over(motion, end, now_s)
    if now_s < progress.deadline_s:
        return motion, Stay(), ()
    if motion.attempts < ATTEMPTS:
        motion = replace(motion, way=stepped_down(motion, ladder) or motion.way)
        return _again(motion, progress, heard, expected, now_s)
    off = "" if heard.error is None else f"{heard.error:.1f} deg"
    end = overdue(progress, heard, f"`{motion.intent.preset}`", off)
    if end.end is MoveEnd.FAILED:
        end = replace(end, reason=f"{end.reason} after {motion.attempts} attempts")
    over, step, reports = _over(motion, end, now_s)
    return over, step if resting(progress, heard) else Halt(), reports


def _over(motion: Motion, end: End, now_s: float) -> Outcome:
    intent = motion.intent
    report = MoveSeen(
        intent.camera, intent.id, now_s, end.end, end.error, end.reason, motion.way.value
    )
    return replace(motion, done=True), Stay(), (report,)


def _preempted(motion: Motion, wanted: Intent | None, now_s: float) -> tuple[MoveSeen, ...]:
    if motion.done or motion.progress is None:
        return ()
    by = "nobody wants it any more" if wanted is None else f"by {wanted.reason.because}"
    intent = motion.intent
    return (
        MoveSeen(intent.camera, intent.id, now_s, MoveEnd.PREEMPTED, None, by, motion.way.value),
    )
