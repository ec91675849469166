"""The loop of one head: ask where it is, compare with what is granted, send at most one command."""

from collections.abc import Callable
from dataclasses import replace

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Intent
from orchestrator.domain.moving import Moves, Way
from orchestrator.domain.sighting import HeadSeen, MoveEnd, MoveSeen, Observation
from orchestrator.errors import CameraError, CameraFault, NotSupported
from orchestrator.geometry.ptz import aim_of, angle_between, pose_of, slew_s
from orchestrator.ports import CameraLink, Clock
from orchestrator.runtime.channels import Latest
from orchestrator.steer.ladders import preset_ladder, stop_ladder
from orchestrator.steer.reconcile import Goto, Halt, Motion, reconciled, stepped_down
from orchestrator.steer.stopping import stopped
from orchestrator.steer.timeline import HeadTimeline
from orchestrator.steer.verdict import Heard

MOVING_POLL_S = 0.08
IDLE_POLL_S = 0.4
"""How often the head is asked: a moving one often enough to see it arrive."""
LOST_POLL_S = 2.0
"""A head that did not answer is asked again this much later."""
LEAVING_S = 1.0
"""How long a head that is left behind is told to stop, if it does not at once."""


class Granted:
    """The newest grant of one camera; None when nobody is granted anything."""

    __slots__ = ("intent",)

    def __init__(self, intent: Intent | None = None) -> None:
        """Wrap it, so that `nothing granted` is a value a channel can carry."""
        self.intent = intent


async def steered(
    camera: Camera,
    link: CameraLink,
    *,
    grants: Latest[Granted],
    goal_of: Callable[[PresetName], Aim | None],
    moves: Moves | None,
    timeline: HeadTimeline,
    report: Callable[[Observation], object],
    clock: Clock,
) -> None:
    """Keep the head at what is granted until cancelled; stop it on the way out if it moves.

    ``moves`` is what the camera lists, from which the ladders are chosen.
    """
    head = _Head(
        camera,
        link,
        grants=grants,
        goal_of=goal_of,
        moves=moves,
        timeline=timeline,
        report=report,
        clock=clock,
    )
    try:
        while True:
            pause_s = await head.step()
            await grants.take_within(clock.sleep(pause_s))
    finally:
        await head.halt()


def _wanted(grants: Latest[Granted]) -> Intent | None:
    newest = grants.peek()
    return None if newest is None else newest.intent


class _Head:
    """One head's motion so far, and the doors it is moved through."""

    def __init__(
        self,
        camera: Camera,
        link: CameraLink,
        *,
        grants: Latest[Granted],
        goal_of: Callable[[PresetName], Aim | None],
        moves: Moves | None,
        timeline: HeadTimeline,
        report: Callable[[Observation], object],
        clock: Clock,
    ) -> None:
        self._camera = camera
        self._link = link
        self._grants = grants
        self._goal_of = goal_of
        self._moves = moves
        self._timeline = timeline
        self._report = report
        self._clock = clock
        self._motion: Motion | None = None
        self._last: Aim | None = None
        self._follows = False

    async def step(self) -> float:
        """Compare once, send at most one command; return how long to wait before the next."""
        wanted = _wanted(self._grants)
        try:
            at_s, aim, said_moving = await self._look()
        except CameraError:
            self._timeline.forget()
            return LOST_POLL_S
        goal = None if wanted is None else self._goal_of(wanted.preset)
        known = aim is not None and goal is not None
        heard = Heard(at_s, aim, said_moving, _error_deg(aim, goal))
        self._motion, step, reports = reconciled(
            self._motion,
            wanted,
            heard,
            slew_s=slew_s(self._camera, aim, goal) if known and aim and goal else None,
            follows=self._follows,
            ladder=preset_ladder(self._moves, pose_known=goal is not None),
            now_s=self._clock.now().mono_s,
        )
        if isinstance(step, Halt):
            reports = await self._stopped(reports, wanted)
        for end in reports:
            self._report(end)
        if isinstance(step, Goto):
            await self._go(step, goal)
        # A head that was just told to stop still slows down.
        moving = bool(said_moving) or self._under_way() or isinstance(step, Halt)
        self._timeline.moving(moving)
        if aim is not None:
            self._report(HeadSeen(self._camera.id, at_s, aim, moving))
        return MOVING_POLL_S if moving else IDLE_POLL_S

    async def halt(self) -> None:
        """Leave no head moving behind, if a move is under way."""
        if not self._under_way():
            return
        ladder = stop_ladder(self._moves)
        end = await stopped(self._link, ladder, self._clock, within_s=LEAVING_S)
        if not end.told:
            self._end(MoveEnd.FAILED, f"not stopped on the way out: {end.trouble}")

    async def _look(self) -> tuple[float, Aim | None, bool | None]:
        asked_s = self._clock.now().mono_s
        answer = await self._link.head()
        if answer.pose is None:
            self._timeline.forget()
            return asked_s, None, answer.moving
        aim = aim_of(self._camera, answer.pose)
        self._follows = self._follows or self._last not in {None, aim}
        self._last = aim
        self._timeline.heard(asked_s, aim)
        return asked_s, aim, answer.moving

    async def _go(self, step: Goto, goal: Aim | None) -> None:
        """Send it; a way that the camera refuses is left for the next one below."""
        self._timeline.moving(True)
        ladder = preset_ladder(self._moves, pose_known=goal is not None)
        while True:
            assert self._motion is not None
            try:
                await self._send(self._motion.way, step.preset, goal)
            except (NotSupported, CameraFault) as error:
                below = stepped_down(self._motion, ladder)
                if below is None or _missing(error):
                    return self._end(MoveEnd.FAILED, str(error))
                self._motion = replace(self._motion, way=below)
            except CameraError as error:
                return self._end(MoveEnd.FAILED, str(error))
            else:
                return None

    async def _send(self, way: Way, preset: PresetName, goal: Aim | None) -> None:
        if way is Way.ABSOLUTE and goal is not None:
            await self._link.move_to(pose_of(self._camera, goal))
        else:
            await self._link.goto_preset(preset)

    async def _stopped(
        self, ends: tuple[MoveSeen, ...], wanted: Intent | None
    ) -> tuple[MoveSeen, ...]:
        """Stop the head; return how its move ended, which is badly if it was not stopped."""
        self._timeline.moving(True)
        stop = await stopped(
            self._link,
            stop_ladder(self._moves),
            self._clock,
            overruled=lambda: _wanted(self._grants) != wanted,
        )
        if stop.by is not None:
            return ends
        return tuple(
            replace(
                end,
                end=MoveEnd.FAILED,
                reason=f"{end.reason or 'it was to stop'}, and it was not stopped: {stop.trouble}",
            )
            for end in ends
        )

    def _end(self, end: MoveEnd, reason: str) -> None:
        assert self._motion is not None
        intent = self._motion.intent
        at_s = self._clock.now().mono_s
        way = self._motion.way.value
        self._report(MoveSeen(intent.camera, intent.id, at_s, end, None, reason, way))
        self._motion = replace(self._motion, done=True)

    def _under_way(self) -> bool:
        motion = self._motion
        return motion is not None and not motion.done and motion.progress is not None


def _missing(error: CameraError) -> bool:
    """Say whether the camera lacks the preset itself, so that no other way leads there."""
    return isinstance(error, CameraFault) and error.code in {"PresetMissing", "PresetAmbiguous"}


def _error_deg(aim: Aim | None, goal: Aim | None) -> float | None:
    if aim is None or goal is None:
        return None
    return max(angle_between(aim, goal), abs(aim.hfov_deg - goal.hfov_deg))
