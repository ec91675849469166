"""What to do next for one head, as a pure function of what is wanted and what is.

Level-triggered, after the reconcile loops of controllers: the newest intent is compared with
where the head is; nothing is queued. GotoPreset's 200 means accepted, never arrived, so a move
ends only as ``verdict`` says, at its deadline at the latest. A move under way whose grant is
withdrawn is stopped; one whose grant is replaced is not, since the new command turns the head. One
that has failed and still turns is stopped too. So is one that was sent elsewhere again and again and has
come nearer to nothing: a goal that moves on gives a head that does not obey no more time.

Ways that go step by step are asked again when the head rests and is not there yet, a velocity at
every look; that is one attempt. A goal that moves while its grant stays, of somebody who is
followed, is a new command of the same move.
"""

from dataclasses import dataclass, replace

from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Intent
from orchestrator.domain.moving import Way
from orchestrator.domain.sighting import MoveEnd, MoveSeen
from orchestrator.steer.rungs import CLOSED, STEPWISE
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
STEPS_S = 12.0
"""How much longer than in one go a head is given that goes step by step."""
UNMOVED = 2
"""So many steps that changed nothing that the head tells: this way it cannot be steered."""
OBEYS_DEG = 5.0
"""A head this near to its goal obeys, whether it is said to have arrived or the goal moves on."""
RENEW_S = 0.15
"""A velocity is renewed at most this often."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How far one intent has been made true.

    ``progress`` is of the newest command, None while nothing was sent; ``done`` once an end was
    reported. ``way`` is the rung of the ladder that is in use, ``why`` why the last one was left.
    ``ran_on`` says that it was left while the head still turned. ``stepped_s`` is when it was last asked again on its way, ``unmoved`` how many steps in a row
    changed nothing. ``obeys_by_s`` is when the head has to have come nearer, wherever it was sent
    meanwhile, None once it has; ``far_deg`` how far it was as it was last sent.
    """

    intent: Intent
    way: Way = Way.PRESET
    attempts: int = 0
    progress: Progress | None = None
    done: bool = False
    stepped_s: float = 0.0
    unmoved: int = 0
    why: str = ""
    ran_on: bool = False
    obeys_by_s: float | None = None
    far_deg: float | None = None

    @property
    def due_s(self) -> float | None:
        """Return when the command under way has ended, one way or another."""
        return None if self.progress is None else self.progress.deadline_s


@dataclass(frozen=True, slots=True)
class Goto:
    """Send the head to where its intent has it, in this way, and expect it there by ``deadline_s``."""

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
    fresh: bool = True,
) -> Outcome:
    """Return the new state of the motion, what to send now, and what became of the move.

    ``heard.error`` is in degrees, None when the camera does not say where it is or where the preset
    looks; ``slew_s`` how long the head should need to get there, None when nobody knows.
    ``follows`` says that the position it tells was seen to change; ``ladder`` is how it can go.
    Not ``fresh`` is what was heard before already: a grant that changes does not wait for a look.
    """
    reports: tuple[MoveSeen, ...] = ()
    obeys_by_s: float | None = None
    if motion is not None and (wanted is None or wanted.id != motion.intent.id):
        reports = _preempted(motion, wanted, now_s)
        obeys_by_s = motion.obeys_by_s if reports else None
        motion = None
    if wanted is None:
        return None, Halt() if reports else Stay(), reports
    expected = _expected(slew_s)
    if motion is None:
        motion = Motion(wanted, ladder[0], obeys_by_s=obeys_by_s)
        near = heard.error is not None and heard.error <= ARRIVED_DEG
        if not reports and near and follows and not heard.moving:
            there = End(MoveEnd.ARRIVED, heard.error, "was there")
            return _over(motion, there, now_s)
        return _sent(motion, heard, expected, follows=follows, now_s=now_s, reports=reports)
    return _gone_on(
        motion, wanted, heard, expected, follows=follows, ladder=ladder, now_s=now_s, fresh=fresh
    )


def _gone_on(
    motion: Motion,
    wanted: Intent,
    heard: Heard,
    expected: Expected,
    *,
    follows: bool,
    ladder: tuple[Way, ...],
    now_s: float,
    fresh: bool,
) -> Outcome:
    """Return what becomes of a motion that goes on, whether or not its goal has."""
    if _obeys(motion, heard):
        motion = replace(motion, obeys_by_s=None)
    elif _strays(motion, heard, now_s):
        end = End(MoveEnd.FAILED, heard.error, "it turns, and comes no nearer to where it is sent")
        over, _, reports = _over(replace(motion, intent=wanted), end, now_s)
        return over, Halt(), reports
    if elsewhere(motion.intent, wanted):
        if (wanted.aim is None) != (motion.intent.aim is None):
            motion = replace(motion, way=ladder[0])
        return _retargeted(motion, wanted, heard, expected, follows=follows, now_s=now_s)
    if motion.done or motion.progress is None:
        return motion, Stay(), ()
    progress = noted(motion.progress, heard) if fresh else motion.progress
    return _watched(motion, progress, heard, expected, ladder=ladder, now_s=now_s)


def elsewhere(before: Intent, wanted: Intent) -> bool:
    """Say whether a grant has the head look elsewhere than before."""
    if before.aim is None and wanted.aim is None:
        return before.preset != wanted.preset
    return before.aim != wanted.aim


def stepped_down(motion: Motion, ladder: tuple[Way, ...]) -> Way | None:
    """Return the next way below the one in use; None when that was the last."""
    place = ladder.index(motion.way) + 1 if motion.way in ladder else len(ladder)
    return ladder[place] if place < len(ladder) else None


def _obeys(motion: Motion, heard: Heard) -> bool:
    """Say whether a head has come nearer to its goal since it was sent there last, or is near."""
    error, far_deg = heard.error, motion.far_deg
    return error is None or far_deg is None or error <= max(OBEYS_DEG, far_deg / 2.0)


def _strays(motion: Motion, heard: Heard, now_s: float) -> bool:
    """Say whether a head turns that was sent here and there for long, and has come nearer to nothing.

    One that is on its first way has its deadline, and the next way to try. An answer from before it
    was sent there last says nothing of how it goes there: of one that answers slowly there is no other.
    """
    progress, by_s = motion.progress, motion.obeys_by_s
    if motion.done or progress is None or by_s is None or by_s >= progress.deadline_s:
        return False
    if now_s < by_s or heard.error is None or motion.far_deg is None:
        return False
    if heard.at_s <= progress.sent_s:
        return False
    return heard.error > motion.far_deg and resting(progress, heard) is None


def _expected(slew_s: float | None) -> Expected:
    """Twice the usual time and three seconds more is a generous deadline, and an end."""
    usual_s = UNKNOWN_TRAVEL_S if slew_s is None else slew_s
    soonest_s = 0.0 if slew_s is None else SOONEST * slew_s
    return Expected(soonest_s, usual_s, 2.0 * usual_s + 3.0, ARRIVED_DEG)


def _by(way: Way, expected: Expected) -> Expected:
    """Return what is expected of a way: step by step it takes longer."""
    return replace(expected, latest_s=expected.latest_s + (STEPS_S if way in CLOSED else 0.0))


def _sent(
    motion: Motion,
    heard: Heard,
    expected: Expected,
    *,
    follows: bool,
    now_s: float,
    reports: tuple[MoveSeen, ...] = (),
) -> tuple[Motion, Goto, tuple[MoveSeen, ...]]:
    progress = begun(heard, _by(motion.way, expected), follows=follows, now_s=now_s)
    first = motion.attempts == 0
    intent = motion.intent
    started = MoveSeen(intent.camera, intent.id, now_s, MoveEnd.STARTED, way=motion.way.value)
    motion = replace(
        motion,
        attempts=motion.attempts + 1,
        progress=progress,
        done=False,
        stepped_s=now_s,
        unmoved=0,
        obeys_by_s=progress.deadline_s if motion.obeys_by_s is None else motion.obeys_by_s,
        far_deg=heard.error,
    )
    step = Goto(intent.preset, motion.way, progress.deadline_s)
    return motion, step, (*reports, started) if first else reports


def _retargeted(
    motion: Motion,
    wanted: Intent,
    heard: Heard,
    expected: Expected,
    *,
    follows: bool,
    now_s: float,
) -> Outcome:
    """Return the same move towards a goal that has moved on; it is told as started once.

    A way that goes by steps takes the new goal with its next one: a step is not asked for while
    the last one is still turned.
    """
    moved = replace(motion, intent=wanted)
    progress = motion.progress
    if progress is not None and not motion.done and motion.way in CLOSED:
        later = replace(progress, sent_s=now_s, near_s=None, began_away=True)
        return replace(moved, progress=later), Stay(), ()
    if motion.done and heard.error is not None and heard.error <= ARRIVED_DEG:
        return moved, Stay(), ()
    follows = follows or (progress is not None and progress.follows)
    return _sent(replace(moved, attempts=1), heard, expected, follows=follows, now_s=now_s)


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
    motion = replace(motion, progress=progress)
    end = ended(progress, heard)
    if end is not None:
        return _over(motion, end, now_s)
    if now_s < progress.deadline_s and motion.unmoved < UNMOVED:
        return _on_its_way(motion, progress, heard, now_s)
    off = "" if heard.error is None else f"{heard.error:.1f} deg"
    end = overdue(progress, heard, f"`{motion.intent.preset}`", off)
    if motion.attempts < ATTEMPTS:
        below = stepped_down(motion, ladder)
        why = (
            "it told no change"
            if motion.unmoved >= UNMOVED
            else f"still {off} off"
            if off
            else end.reason
        )
        ran_on = resting(progress, heard) is None
        motion = replace(motion, way=below or motion.way, why=why, ran_on=ran_on)
        return _again(motion, progress, heard, expected, now_s)
    if end.end is MoveEnd.FAILED:
        end = replace(end, reason=f"{end.reason} after {motion.attempts} attempts")
    over, step, reports = _over(motion, end, now_s)
    return over, step if resting(progress, heard) else Halt(), reports


def _on_its_way(motion: Motion, progress: Progress, heard: Heard, now_s: float) -> Outcome:
    """Ask again where a way goes by steps: the head rests and is not there, or time is up."""
    error = heard.error
    if motion.way not in CLOSED or error is None:
        return motion, Stay(), ()
    if motion.way in STEPWISE:
        due = error > ARRIVED_DEG and resting(progress, heard) is not None
    else:
        due = now_s - motion.stepped_s >= RENEW_S
    if not due or heard.at_s < motion.stepped_s:
        return motion, Stay(), ()
    unmoved = 0 if progress.stirred else motion.unmoved + (motion.way in STEPWISE)
    waiting = replace(progress, stable=0, since_s=now_s, said_moving=False, stirred=False)
    kept = waiting if motion.way in STEPWISE else progress
    motion = replace(motion, progress=kept, stepped_s=now_s, unmoved=unmoved)
    if unmoved >= UNMOVED:
        return motion, Stay(), ()
    return motion, Goto(motion.intent.preset, motion.way, progress.deadline_s), ()


def _over(motion: Motion, end: End, now_s: float) -> Outcome:
    intent = motion.intent
    report = MoveSeen(
        intent.camera,
        intent.id,
        now_s,
        end.end,
        end.error,
        end.reason,
        motion.way.value,
        "" if end.idle is None else end.idle.value,
    )
    return replace(motion, done=True), Stay(), (report,)


def _preempted(motion: Motion, wanted: Intent | None, now_s: float) -> tuple[MoveSeen, ...]:
    if motion.done or motion.progress is None:
        return ()
    by = "nobody wants it any more" if wanted is None else _by_whom(wanted)
    intent = motion.intent
    return (
        MoveSeen(intent.camera, intent.id, now_s, MoveEnd.PREEMPTED, None, by, motion.way.value),
    )


def _by_whom(wanted: Intent) -> str:
    """Return who has the head instead, and why."""
    reason = wanted.reason
    who = reason.actor or (f"policy `{reason.policy}`" if reason.policy else "home")
    return f"by {who}: {reason.because}"
