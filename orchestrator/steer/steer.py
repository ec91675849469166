"""The loop of one head: ask where it is, compare with what is granted, send at most one command.

A look and a change of the grant race: some cameras take seconds to say where they look, and nobody
waits that long for a stop. What was heard last has to do then.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from orchestrator.domain.camera import Aim, Camera, Passport
from orchestrator.domain.intent import Intent
from orchestrator.domain.moving import Rungs, Way
from orchestrator.domain.sighting import (
    Displaced,
    Grip,
    HeadSeen,
    MoveEnd,
    MoveSeen,
    Observation,
    RungsSeen,
)
from orchestrator.errors import CameraError
from orchestrator.geometry.ptz import aim_of, angle_between, slew_s
from orchestrator.ports import CameraLink, Clock, HeadReport
from orchestrator.runtime.channels import Latest
from orchestrator.steer.calm import Calm
from orchestrator.steer.follow import Quarry
from orchestrator.steer.following import Following
from orchestrator.steer.ladders import stop_ladder
from orchestrator.steer.looking import Look
from orchestrator.steer.posture import Posture, commanded, looked
from orchestrator.steer.reconcile import (
    Goto,
    Halt,
    Motion,
    Step,
    elsewhere,
    reconciled,
    stepped_down,
)
from orchestrator.steer.sending import Sender
from orchestrator.steer.stopping import Stopped, stopped
from orchestrator.steer.timeline import HeadTimeline
from orchestrator.steer.verdict import Heard
from orchestrator.steer.witnesses import Witnesses

MOVING_POLL_S = 0.08
IDLE_POLL_S = 0.4
"""How often the head is asked: a moving one often enough to see it arrive."""
GUARDED_POLL_S = 0.2
"""And a resting one while something that it could show is closed: others may turn it."""
LOST_POLL_S = 2.0
"""A head that did not answer is asked again this much later."""
OWED_POLL_S = 0.5
"""Or this much, where it is still to be stopped."""
RAN_ON_S = 3600.0
"""A way whose moves do not end is left alone for so long: cut off, nobody could end them."""
LEAVING_S = 1.0
"""How long a head that is left behind is told to stop, if it does not at once."""


class Granted:
    """The newest grant of one camera; None when nobody is granted anything."""

    __slots__ = ("intent", "quarry")

    def __init__(self, intent: Intent | None = None, quarry: Quarry | None = None) -> None:
        """Wrap it, so that `nothing granted` is a value a channel can carry.

        ``quarry`` is what is known now of whom the intent pursues.
        """
        self.intent = intent
        self.quarry = quarry


async def steered(
    camera: Camera,
    link: CameraLink,
    *,
    grants: Latest[Granted],
    passport: Callable[[], Passport | None],
    timeline: HeadTimeline,
    witnesses: Witnesses,
    report: Callable[[Observation], object],
    clock: Clock,
    guarded: Callable[[], bool] = lambda: False,
) -> None:
    """Keep the head at what is granted until cancelled; stop it on the way out if it moves.

    ``passport`` returns the newest, from which the ladders are chosen; ``witnesses`` are noted
    meanwhile by whoever hears and watches the camera. ``guarded`` says whether pictures wait to be told
    where it looked.
    """
    head = _Head(
        camera,
        link,
        grants=grants,
        passport=passport,
        timeline=timeline,
        witnesses=witnesses,
        report=report,
        clock=clock,
        guarded=guarded,
    )
    calm = Calm()
    try:
        while True:
            pause_s = calm.pause_s(await head.step())
            if not head.behind:
                asked_s = clock.now().mono_s
                await grants.take_within(clock.sleep(pause_s))
                calm.slept(pause_s, clock.now().mono_s - asked_s)
    finally:
        head.look_away()
        await head.halt()


class _Head:
    """One head's motion so far, and the doors it is moved through."""

    def __init__(
        self,
        camera: Camera,
        link: CameraLink,
        *,
        grants: Latest[Granted],
        passport: Callable[[], Passport | None],
        timeline: HeadTimeline,
        witnesses: Witnesses,
        report: Callable[[Observation], object],
        clock: Clock,
        guarded: Callable[[], bool],
    ) -> None:
        self._camera = camera
        self._link = link
        self._grants = grants
        self._passport = passport
        self._sender = Sender(camera, link, passport, lambda: clock.now().mono_s)
        self._timeline = timeline
        self._guarded = guarded
        self._witnesses = witnesses
        self._report = report
        self._clock = clock
        self._motion: Motion | None = None
        self._posture = Posture()
        self._heard: Heard | None = None
        self._aim: Aim | None = None
        self._goal: Aim | None = None
        self._follows = False
        self._frozen = False
        self._owes_stop = False
        self._trouble = ""
        self._look = Look(link, clock)
        self._rungs = Rungs()
        self._following = Following(camera, passport)

    @property
    def behind(self) -> bool:
        """Say whether the newest grant is another than the one that was acted upon, and may be."""
        wanted, motion = self._wanted(), self._motion
        if self._heard is None:
            return False
        if wanted is None or motion is None:
            return (wanted is None) != (motion is None)
        return wanted.id != motion.intent.id or elsewhere(motion.intent, wanted)

    async def step(self) -> float:
        """Compare once, send at most one command; return how long to wait before the next."""
        self._follow()
        if not self.behind:
            await self._look.answered(self._grants, self._due_s)
        try:
            answer = self._look.taken()
        except CameraError as error:
            return await self._lost(error.message)
        if answer is not None:
            self._heard = self._noted(*answer)
            self._trouble = ""
            self._follow()
        if self._heard is None:
            return 0.0
        if self._trouble and not self.behind:
            return await self._lost(self._trouble)
        return await self._compared(self._heard, fresh=answer is not None)

    def _wanted(self) -> Intent | None:
        """Return the newest grant; of a head that follows, with the aim that this asks for now."""
        newest = self._grants.peek()
        if newest is None or newest.intent is None:
            return None
        wanted = self._following.aimed(newest.intent)
        if self._ladder(wanted, self._clock.now().mono_s)[0] is Way.PRESET:
            # From preset to preset is how it follows then, and `decide` knows which shows the target.
            return newest.intent
        return wanted

    def _follow(self) -> None:
        """Find out where following has the head look next, if it follows anybody."""
        newest, now_s = self._grants.peek() or Granted(), self._clock.now().mono_s
        self._following.follow(newest.intent, newest.quarry, head=self._aim, now_s=now_s)

    def look_away(self) -> None:
        """Ask nothing any more."""
        self._look.given_up()

    async def halt(self) -> None:
        """Leave no head moving behind, if a move is under way."""
        if not self._under_way():
            return
        ladder = stop_ladder(self._sender.moves)
        end = await stopped(self._link, ladder, self._clock, within_s=LEAVING_S)
        if not end.told:
            self._end(MoveEnd.FAILED, f"not stopped on the way out: {end.trouble}")

    # -- looking -------------------------------------------------------------------------------

    def _noted(self, asked_s: float, answer: HeadReport) -> Heard:
        """Note an answer: where it looks, whether it ever changes, and who turns it."""
        if answer.pose is None:
            self._timeline.forget()
            self._aim = None
        else:
            aim = aim_of(self._camera, answer.pose)
            self._follows = self._follows or self._aim not in {None, aim}
            self._aim = aim
            self._timeline.heard(answer.at_s, aim)
            self._watch_posture(aim, asked_s)
        return Heard(
            asked_s,
            self._aim,
            answer.moving,
            None,
            self._witnesses.reached_s,
            self._witnesses.still_s,
        )

    def _watch_posture(self, aim: Aim, at_s: float) -> None:
        """Tell of a head that nobody here has moved; one that drifted off is sent back."""
        if self._under_way() or self._owes_stop:
            return
        self._posture, off = looked(self._posture, aim, at_s)
        if off is None:
            return
        self._report(Displaced(self._camera.id, at_s, aim, off.by_deg, off.by_hand))
        if not off.by_hand:
            self._motion = None

    async def _lost(self, trouble: str) -> float:
        """Note that the head does not answer; a move that is overdue meanwhile has failed."""
        self._trouble = trouble
        self._timeline.forget()
        due_s, now_s = self._due_s, self._clock.now().mono_s
        if due_s is not None and now_s >= due_s:
            self._end(MoveEnd.FAILED, f"it does not answer any more: {trouble}")
            self._owes_stop = True
            due_s = None
        pause_s = await self._stop_owed() if self._owes_stop else LOST_POLL_S
        return pause_s if due_s is None else min(pause_s, due_s - now_s)

    # -- comparing -----------------------------------------------------------------------------

    async def _compared(self, heard: Heard, *, fresh: bool) -> float:
        wanted = self._wanted()
        now_s = self._clock.now().mono_s
        before, ladder = self._motion, self._ladder(wanted, now_s)
        going = wanted is not None and before is not None and before.intent.id == wanted.id
        way = before.way if going and before is not None else ladder[0]
        goal = None if wanted is None else self._sender.goal(wanted, way, self._aim)
        heard = replace(heard, error=_error_deg(self._aim, goal))
        self._motion, step, reports = reconciled(
            self._motion,
            wanted,
            heard,
            slew_s=self._slew_s(goal),
            follows=self._follows,
            ladder=ladder,
            now_s=now_s,
            fresh=fresh,
        )
        self._learn(before, reports, step, now_s)
        if isinstance(step, Halt):
            reports = await self._stopped(reports, wanted)
        for end in reports:
            self._tell(end)
        if isinstance(step, Goto):
            await self._go()
        elif self._owes_stop:
            await self._stop_owed()
        return self._told(heard, step, fresh=fresh)

    def _told(self, heard: Heard, step: Step, *, fresh: bool) -> float:
        """Tell how the head stands; return how soon to look again."""
        # A head that was just told to stop still slows down.
        moving = bool(heard.moving) or self._under_way() or isinstance(step, Halt)
        self._timeline.moving(moving)
        if fresh and self._aim is not None:
            self._report(HeadSeen(self._camera.id, heard.at_s, self._aim, moving))
            self._tell_pursuit(self._aim, heard.at_s)
        self._sender.recount()
        if self._sender.rungs != self._rungs:
            self._rungs = self._sender.rungs
            self._report(RungsSeen(self._camera.id, self._clock.now().mono_s, self._rungs))
        if moving:
            return MOVING_POLL_S
        return GUARDED_POLL_S if self._guarded() else IDLE_POLL_S

    def _tell(self, end: MoveSeen) -> None:
        """Report how a move stands; a head that follows somebody arrives once, and goes on."""
        if not self._following.repeats(end):
            self._report(end)

    def _tell_pursuit(self, aim: Aim, at_s: float) -> None:
        news = self._following.news(aim, at_s)
        if news is None:
            return
        self._report(news)
        if news.grip is Grip.IN_VIEW and self._motion is not None:
            # A head that is driven after somebody never rests; it has arrived when it has them.
            off_deg = news.off * aim.hfov_deg / 2.0
            way = self._motion.way.value
            arrived = MoveSeen(news.camera, news.intent, at_s, MoveEnd.ARRIVED, off_deg, way=way)
            self._tell(arrived)

    def _ladder(self, wanted: Intent | None, now_s: float) -> tuple[Way, ...]:
        if wanted is None:
            return (Way.PRESET,)
        return self._sender.ladder(wanted, now_s, pose_known=self._tells_place)

    @property
    def _tells_place(self) -> bool:
        """Say whether the head tells where it is: what stayed the same through a move tells nothing."""
        return self._aim is not None and (self._follows or not self._frozen)

    def _slew_s(self, goal: Aim | None) -> float | None:
        """Return how long the way should take; a head that tells nothing is where it was sent."""
        here = self._aim or self._goal
        return None if here is None or goal is None else slew_s(self._camera, here, goal)

    def _learn(
        self, before: Motion | None, reports: tuple[MoveSeen, ...], step: Step, now_s: float
    ) -> None:
        """Note what the rungs did: which one failed, which one brought the head there."""
        motion = self._motion
        if motion is None:
            return
        known = self._tells_place
        if before is not None and _fell(before, motion):
            least_s = RAN_ON_S if motion.ran_on else 0.0
            self._sender.fell(before.way, motion.why, now_s, least_s=least_s)
            self._frozen = not self._follows
        for end in reports:
            if end.intent != motion.intent.id:
                continue
            if end.end is MoveEnd.ARRIVED:
                self._sender.held(motion.way)
            elif end.end is MoveEnd.FAILED and isinstance(step, Halt):
                self._sender.ran_on(now_s)
            self._sender.uses(motion.way, motion.intent, end.idle, pose_known=known)

    # -- sending -------------------------------------------------------------------------------

    async def _go(self) -> None:
        """Send what the motion wants; a way that the camera refuses is left for the next one below."""
        self._timeline.moving(True)
        self._posture = commanded(self._posture)
        self._owes_stop = False
        assert self._motion is not None
        intent = self._motion.intent
        unsafe = self._sender.unsafe(self._clock.now().mono_s)
        if unsafe:
            return self._end(MoveEnd.FAILED, unsafe)
        self._goal = self._sender.goal(intent, self._motion.way, self._aim)
        ladder = self._ladder(intent, self._clock.now().mono_s)
        try:
            refusal = await self._sender.send(self._motion.way, intent, self._aim)
            while refusal is not None:
                below = stepped_down(self._motion, ladder)
                if below is None or refusal.final:
                    return self._end(MoveEnd.FAILED, refusal.why)
                now_s = self._clock.now().mono_s
                self._sender.fell(self._motion.way, refusal.why, now_s, least_s=refusal.least_s)
                self._motion = replace(self._motion, way=below)
                refusal = await self._sender.send(below, intent, self._aim)
        except CameraError as error:
            # Nobody knows whether it was heard: the head may have begun to move.
            self._owes_stop = True
            return self._end(MoveEnd.FAILED, str(error))
        self._sender.uses(self._motion.way, intent, pose_known=self._tells_place)
        return None

    async def _stopped(
        self, ends: tuple[MoveSeen, ...], wanted: Intent | None
    ) -> tuple[MoveSeen, ...]:
        """Stop the head; return how its move ended, which is badly if it was not stopped."""
        self._timeline.moving(True)
        self._posture = commanded(self._posture)
        ladder = stop_ladder(self._sender.moves)
        stopping = asyncio.create_task(stopped(self._link, ladder, self._clock))
        try:
            while not stopping.done():
                await self._grants.take_within(_done(stopping))
                if self._wanted() != wanted:
                    return ends
        finally:
            stopping.cancel()
        stop = stopping.result()
        self._owes_stop = not stop.told
        if stop.by is not None:
            self._sender.stops_by(stop.by)
            return ends
        return tuple(
            replace(
                end,
                end=MoveEnd.FAILED,
                reason=f"{end.reason or 'it was to stop'}, and it was not stopped: {stop.trouble}",
            )
            for end in ends
        )

    async def _stop_owed(self) -> float:
        """Tell a head to stop that could not be told so when it was due."""
        for way in stop_ladder(self._sender.moves):
            try:
                await self._link.stop(way)
                self._owes_stop = False
            except CameraError:
                break
        return OWED_POLL_S

    def _end(self, end: MoveEnd, reason: str) -> None:
        assert self._motion is not None
        intent = self._motion.intent
        at_s = self._clock.now().mono_s
        way = self._motion.way.value
        self._report(MoveSeen(intent.camera, intent.id, at_s, end, None, reason, way))
        self._motion = replace(self._motion, done=True)

    @property
    def _due_s(self) -> float | None:
        """Return when the move that is not over has to be."""
        motion = self._motion
        return None if motion is None or motion.done else motion.due_s

    def _under_way(self) -> bool:
        motion = self._motion
        return motion is not None and not motion.done and motion.progress is not None


async def _done(task: asyncio.Task[Stopped]) -> None:
    await asyncio.wait({task})


def _fell(before: Motion, after: Motion) -> bool:
    """Say whether a way was left because it failed; an aim and a preset have ladders of their own."""
    same = before.intent.id == after.intent.id and before.way != after.way
    return same and (before.intent.aim is None) == (after.intent.aim is None)


def _error_deg(aim: Aim | None, goal: Aim | None) -> float | None:
    if aim is None or goal is None:
        return None
    return max(angle_between(aim, goal), abs(aim.hfov_deg - goal.hfov_deg))
