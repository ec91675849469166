"""One move of one camera, by hand: sent, watched to its end, and stopped if it is called off.

For a camera that belongs to no site: nothing is granted and nothing is known of its lens, so
everything is in the camera's own normalised space. Verdict and stop are those of the service.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from orchestrator.domain.camera import PtzPose
from orchestrator.domain.moving import Moves, Way
from orchestrator.domain.sighting import MoveEnd
from orchestrator.errors import CameraError, CameraFault, NotSupported
from orchestrator.ports import CameraLink, Clock, HeadReport
from orchestrator.steer.ladders import stop_ladder
from orchestrator.steer.stopping import stopped
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

NEAR = 0.005
"""A head within this share of half its range is there: 0.9 degrees of one that turns full circle."""
FASTEST_PER_S = 4.0
"""No head crosses its range of 2 in less than half a second."""
POLL_S = 0.08
LOST = 5
"""After so many looks without an answer nobody knows any more what the head does."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Where a head is to go, in words and as a position if that is known, and how to send it there.

    ``sends`` are the ways to ask for it, best first.
    """

    goal: str
    pose: PtzPose | None
    sends: Sequence[tuple[Way, Callable[[], Awaitable[None]]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended, by which way, where the head is then, and how long it took."""

    end: End
    way: Way
    where: PtzPose | None
    took_s: float


async def moved(
    link: CameraLink, errand: Errand, moves: Moves | None, clock: Clock, *, within_s: float
) -> Outcome:
    """Send a head on its errand and return how that ended, at most ``within_s`` and a stop later.

    Whoever calls it off, or a deadline that passes over a moving head, stops it. A ``CameraError``
    when no way to send it was accepted.
    """
    before = _heard(await link.head(), errand)
    began_s = clock.now().mono_s
    progress = begun(before, _expected(before, within_s), follows=False, now_s=began_s)
    watched = False
    try:
        way = await _sent(errand)
        progress, heard, end = await _watched(link, errand, progress, clock)
        watched = True
    finally:
        # Called off, or broken: no head is left moving behind.
        if not watched:
            await stopped(link, stop_ladder(moves), clock)
    if end is None:
        off = "" if heard.error is None else f"{heard.error:.3f}"
        end = overdue(progress, heard, errand.goal, off)
    if end.end is MoveEnd.FAILED or not resting(progress, heard):
        await stopped(link, stop_ladder(moves), clock)
    where = heard.where if isinstance(heard.where, PtzPose) else None
    return Outcome(end, way, where, clock.now().mono_s - began_s)


async def _watched(
    link: CameraLink, errand: Errand, progress: Progress, clock: Clock
) -> tuple[Progress, Heard, End | None]:
    """Look until the move has ended or is overdue."""
    lost = 0
    heard = Heard(clock.now().mono_s, None, None, None)
    while clock.now().mono_s < progress.deadline_s:
        await clock.sleep(POLL_S)
        try:
            heard = _heard(await link.head(), errand)
        except CameraError as error:
            lost += 1
            if lost >= LOST or clock.now().mono_s >= progress.deadline_s:
                lasting = f"it does not answer any more: {error.message}"
                return progress, heard, End(MoveEnd.FAILED, None, lasting)
            continue
        lost = 0
        progress = noted(progress, heard)
        end = ended(progress, heard)
        if end is not None:
            return progress, heard, end
    return progress, heard, None


async def _sent(errand: Errand) -> Way:
    """Send it by the first way that the camera accepts."""
    refused: CameraError | None = None
    for way, send in errand.sends:
        try:
            await send()
        except (NotSupported, CameraFault) as error:
            refused = refused or error
        else:
            return way
    assert refused is not None, "an errand has a way to be sent"
    raise refused


def _heard(report: HeadReport, errand: Errand) -> Heard:
    return Heard(report.at_s, report.pose, report.moving, _apart(report.pose, errand.pose))


def _apart(here: PtzPose | None, there: PtzPose | None) -> float | None:
    """Return the largest distance of any axis, in half ranges; zoom has a range of 1."""
    if here is None or there is None:
        return None
    return max(
        abs(here.pan - there.pan), abs(here.tilt - there.tilt), 2.0 * abs(here.zoom - there.zoom)
    )


def _expected(before: Heard, within_s: float) -> Expected:
    soonest_s = 0.0 if before.error is None else before.error / FASTEST_PER_S
    return Expected(soonest_s, min(UNKNOWN_TRAVEL_S, within_s), within_s, NEAR)
