"""Has a move ended, and how? One answer for the service's heads and for a single camera.

A camera's 200 to a move means accepted. What ends it is what the head says afterwards, and heads
say wrong things: a MoveStatus that is always idle, sticks at moving or is absent; a position that
never changes, or that is the goal at once while the head still turns. So `arrived` is said only of a
head whose position is known to follow it, that took as long as a head can, and that stands still;
what merely could be is `arrived unconfirmed`, and at its deadline every move has ended.

Witnesses that a head is idle, best first: its own word that a preset is reached; MoveStatus idle
after it was moving; a position that stays the same; the time the way should have taken; and, where
a head says nothing at all, a picture that has come to rest.
"""

from dataclasses import dataclass, replace

from orchestrator.domain.moving import Idle
from orchestrator.domain.sighting import MoveEnd

STABLE_ANSWERS = 3
"""So many equal answers stand for `not moving`, whatever MoveStatus says or does not say."""
STABLE_S = 1.0
"""Or an answer that is still the same so much later, of a camera that answers slowly."""
STUCK_ANSWERS = 4 * STABLE_ANSWERS
"""So many outvote a MoveStatus that still says moving."""
PICTURE_S = 0.6
"""A picture that has not shifted for so long is at rest."""
UNKNOWN_TRAVEL_S = 5.0
"""How long a head is given whose way nobody knows: a slow one turns by half in that time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a head said: ``where`` it is and whether it moves, None where it does not say.

    ``error`` is how far it is from its goal, in whatever unit; None where nobody knows one of both.
    ``reached_s`` is when the camera last told that a preset is reached, ``still_s`` since when its
    picture has been at rest.
    """

    at_s: float
    where: object | None
    moving: bool | None
    error: float | None
    reached_s: float | None = None
    still_s: float | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a move, in seconds after it was sent, and ``near`` enough to its goal.

    No head is there before ``soonest_s``; most are at ``usual_s``; at ``latest_s`` it has ended.
    """

    soonest_s: float
    usual_s: float
    latest_s: float
    near: float


@dataclass(frozen=True, slots=True)
class Progress:
    """A command under way: what its head has said since.

    ``follows`` says that its position was seen to change, now or before: until then it proves
    nothing. ``since_s`` is since when it tells the ``last`` place,
    ``stable`` how often it did; ``near_s`` is when it first said that it is at its goal, None while it does not.
    """

    expected: Expected
    sent_s: float
    began_away: bool
    follows: bool
    last: object | None
    since_s: float
    stable: int = 0
    said_moving: bool = False
    stirred: bool = False
    near_s: float | None = None

    @property
    def deadline_s(self) -> float:
        """Return when it has ended, one way or another."""
        return self.sent_s + self.expected.latest_s


@dataclass(frozen=True, slots=True)
class End:
    """How a move ended, how far from its goal, why it is said, and what said that the head rests."""

    end: MoveEnd
    error: float | None
    reason: str = ""
    idle: Idle | None = None


def begun(before: Heard, expected: Expected, *, follows: bool, now_s: float) -> Progress:
    """Return a command that is sent now, to a head that just said ``before``."""
    away = before.error is None or before.error > expected.near
    return Progress(expected, now_s, away, follows, before.where, now_s)


def noted(progress: Progress, heard: Heard) -> Progress:
    """Return the progress with what the head says now."""
    told = heard.where is not None
    same = told and heard.where == progress.last
    changed = told and progress.last is not None and not same
    near = heard.error is not None and heard.error <= progress.expected.near
    first_s = heard.at_s if progress.near_s is None else progress.near_s
    return replace(
        progress,
        follows=progress.follows or changed,
        last=heard.where if told else progress.last,
        since_s=progress.since_s if same else heard.at_s,
        stable=progress.stable + 1 if same else 0,
        said_moving=progress.said_moving or heard.moving is True,
        stirred=progress.stirred or changed,
        near_s=first_s if near else None,
    )


def ended(progress: Progress, heard: Heard) -> End | None:
    """Return how it ended, None while it has not; call it with what was just noted."""
    idle = resting(progress, heard)
    if idle is None:
        return None
    usual = heard.at_s - progress.sent_s >= progress.expected.usual_s
    if heard.error is None:
        went = progress.said_moving or progress.stirred or idle in (Idle.EVENT, Idle.PICTURE)
        return (
            End(MoveEnd.ARRIVED_UNCONFIRMED, None, _unknown(heard), idle) if went or usual else None
        )
    if heard.error > progress.expected.near:
        return None
    doubt = _doubt(progress)
    if not doubt:
        return End(MoveEnd.ARRIVED, heard.error, idle=idle)
    settled = idle is Idle.EVENT or (progress.said_moving and heard.moving is False)
    if settled or usual:
        return End(MoveEnd.ARRIVED_UNCONFIRMED, heard.error, doubt, idle)
    return None


def overdue(progress: Progress, heard: Heard, goal: str, off: str) -> End:
    """Return how a move ended that is past its deadline.

    ``goal`` says where it was to go, ``off`` how far it is from there where that is known.
    """
    idle = resting(progress, heard)
    if heard.error is None:
        if progress.stirred and idle is None and heard.where is not None:
            return End(MoveEnd.FAILED, None, f"still on its way to {goal}")
        return End(MoveEnd.ARRIVED_UNCONFIRMED, None, _unknown(heard), idle)
    doubt = _doubt(progress)
    if doubt:
        return End(MoveEnd.ARRIVED_UNCONFIRMED, None, doubt, idle)
    still = "" if idle is not None else " and moving"
    return End(MoveEnd.FAILED, heard.error, f"still {off} from {goal}{still}")


def resting(progress: Progress, heard: Heard) -> Idle | None:
    """Return what says that a head rests; None while nothing does."""
    if heard.reached_s is not None and heard.reached_s > progress.sent_s:
        return Idle.EVENT
    if heard.moving is False and progress.said_moving:
        return Idle.STATUS
    if heard.where is not None:
        long = progress.stable >= 1 and heard.at_s - progress.since_s >= STABLE_S
        enough = STUCK_ANSWERS if heard.moving else STABLE_ANSWERS
        stable = progress.stable >= enough or (long and not heard.moving)
        return Idle.STABLE if stable else None
    if heard.moving:
        return None
    if heard.at_s - progress.sent_s >= progress.expected.usual_s:
        return Idle.TRAVEL
    return Idle.PICTURE if _came_to_rest(progress, heard) else None


def _came_to_rest(progress: Progress, heard: Heard) -> bool:
    """Say whether the picture of a head that says nothing went, and then stood still."""
    still_s = heard.still_s
    return (
        still_s is not None
        and still_s > progress.sent_s
        and heard.at_s - still_s >= PICTURE_S
        and heard.moving is None
    )


def _doubt(progress: Progress) -> str:
    """Return why the position a head tells proves nothing; empty when it does."""
    if not progress.follows:
        return "the position it tells has never been seen to change"
    near_s = progress.near_s
    if progress.began_away and near_s is not None:
        took_s = near_s - progress.sent_s
        if took_s < progress.expected.soonest_s:
            return "it said that it was there sooner than a head can turn"
    return ""


def _unknown(heard: Heard) -> str:
    if heard.where is None:
        return "the camera does not say where its head is"
    return "the camera does not say where that is"
