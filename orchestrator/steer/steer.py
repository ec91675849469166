"""The loop of one head: ask where it is, compare with what is granted, send at most one command."""

from collections.abc import Callable
from dataclasses import replace

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Intent
from orchestrator.domain.sighting import HeadSeen, MoveEnd, MoveSeen, Observation
from orchestrator.errors import CameraError
from orchestrator.geometry.ptz import aim_of, angle_between, slew_s
from orchestrator.ports import CameraLink, Clock
from orchestrator.runtime.channels import Latest
from orchestrator.steer.reconcile import Goto, Halt, Motion, reconciled
from orchestrator.steer.timeline import HeadTimeline

MOVING_POLL_S = 0.08
IDLE_POLL_S = 0.4
"""How often the head is asked: a moving one often enough to see it arrive."""
LOST_POLL_S = 2.0
"""A head that did not answer is asked again this much later."""


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
    timeline: HeadTimeline,
    report: Callable[[Observation], object],
    clock: Clock,
) -> None:
    """Keep the head at what is granted until cancelled; stop it on the way out if it moves."""
    head = _Head(camera, link, goal_of=goal_of, timeline=timeline, report=report, clock=clock)
    try:
        while True:
            pause_s = await head.step(_wanted(grants))
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
        goal_of: Callable[[PresetName], Aim | None],
        timeline: HeadTimeline,
        report: Callable[[Observation], object],
        clock: Clock,
    ) -> None:
        self._camera = camera
        self._link = link
        self._goal_of = goal_of
        self._timeline = timeline
        self._report = report
        self._clock = clock
        self._motion: Motion | None = None

    async def step(self, wanted: Intent | None) -> float:
        """Compare once, send at most one command; return how long to wait before the next."""
        try:
            seen = await self._look()
        except CameraError:
            self._timeline.forget()
            return LOST_POLL_S
        goal = None if wanted is None else self._goal_of(wanted.preset)
        self._motion, step, reports = reconciled(
            self._motion,
            wanted,
            seen,
            goal,
            slew_s=0.0 if goal is None else slew_s(self._camera, seen.aim, goal),
            error_deg=None if goal is None else _error_deg(seen.aim, goal),
            now_s=self._clock.now().mono_s,
        )
        if isinstance(step, Halt):
            reports = await self._stopped(reports)
        for end in reports:
            self._report(end)
        if isinstance(step, Goto):
            await self._go(step)
        # A head that was just told to stop still slows down.
        moving = bool(seen.moving) or self._under_way() or isinstance(step, Halt)
        self._timeline.moving(moving)
        self._report(replace(seen, moving=moving))
        return MOVING_POLL_S if moving else IDLE_POLL_S

    async def halt(self) -> None:
        """Leave no head moving behind: Stop, once, if a move is under way."""
        if not self._under_way():
            return
        try:
            await self._link.stop()
        except CameraError as error:
            self._end(MoveEnd.FAILED, f"not stopped on the way out: {error}")

    async def _look(self) -> HeadSeen:
        asked_s = self._clock.now().mono_s
        answer = await self._link.head()
        aim = aim_of(self._camera, answer.pose)
        self._timeline.heard(asked_s, aim)
        return HeadSeen(self._camera.id, asked_s, aim, answer.moving)

    async def _go(self, step: Goto) -> None:
        self._timeline.moving(True)
        try:
            await self._link.goto_preset(step.preset)
        except CameraError as error:
            self._end(MoveEnd.FAILED, str(error))

    async def _stopped(self, ends: tuple[MoveSeen, ...]) -> tuple[MoveSeen, ...]:
        """Stop the head, once; return how its move ended, which is badly if it was not stopped."""
        try:
            await self._link.stop()
        except CameraError as error:
            reason = f"nobody wants it any more, and it was not stopped: {error}"
            return tuple(replace(end, end=MoveEnd.FAILED, reason=reason) for end in ends)
        return ends

    def _end(self, end: MoveEnd, reason: str) -> None:
        assert self._motion is not None
        intent = self._motion.intent
        at_s = self._clock.now().mono_s
        self._report(MoveSeen(intent.camera, intent.id, at_s, end, None, reason))
        self._motion = replace(self._motion, done=True)

    def _under_way(self) -> bool:
        motion = self._motion
        return motion is not None and not motion.done and motion.deadline_s is not None


def _error_deg(aim: Aim, goal: Aim) -> float:
    return max(angle_between(aim, goal), abs(aim.hfov_deg - goal.hfov_deg))
