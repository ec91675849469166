"""One head's commands: by which rung, and what is learned of the rungs on the way.

A rung that a camera refuses, or that did not bring the head there, is left for the next one below,
and tried again later (``climb``). What a step turns the head by is learned from every step. A head
that does not end its moves, and had to be stopped after each try, is not moved for a while.
"""

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from orchestrator.domain.camera import Aim, Camera, Motors, Passport
from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Intent
from orchestrator.domain.moving import Moves, Rungs, StopWay, Turn, Way
from orchestrator.errors import CameraFault, NotSupported
from orchestrator.geometry.ptz import aim_of, turn_between
from orchestrator.ports import CameraLink
from orchestrator.steer.climb import Climb
from orchestrator.steer.ladders import aim_ladder, preset_ladder
from orchestrator.steer.rungs import (
    APPROACH_S,
    AtVelocity,
    ByStep,
    Order,
    Scale,
    ToPose,
    ToPreset,
    learned,
    order_of,
    usual_scale,
)

LATENCIES = 3.0
"""A loop is calm whose time is so many times what the head takes to answer."""
HOUR_S = 3600.0
UNSAFE_S = 600.0
"""A head that does not end its moves is left alone for so long."""


PRESET_LACKS = frozenset({"PresetMissing", "PresetAmbiguous"})
"""The camera lacks the preset itself, so no other way leads there."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not to be; ``final`` where no other way would do either.

    For ``least_s`` it is not to be tried again: what a camera does not know it will not know later.
    """

    why: str
    final: bool = False
    least_s: float = 0.0


class Sender:
    """Sends one head's commands, and remembers how its rungs did."""

    def __init__(
        self,
        camera: Camera,
        link: CameraLink,
        passport: Callable[[], Passport | None],
        now_s: Callable[[], float],
    ) -> None:
        """Keep the doors; ``passport`` returns the newest."""
        self._now_s = now_s
        self._declared = self._camera = camera
        self._link = link
        self._passport = passport
        self._of: Passport | None = None
        self._goals: Mapping[PresetName, Aim] = {}
        self._climb = Climb()
        self._scale: Scale | None = None
        self._stepped: tuple[Aim, Turn] | None = None
        self._unsafe_until_s = 0.0
        self._moved_s: deque[float] = deque()
        self._driven = False
        self.rungs = Rungs()

    @property
    def moves(self) -> Moves | None:
        """Return the ways that the camera lists."""
        passport = self._newest()
        return None if passport is None else passport.moves

    def goal(self, intent: Intent, way: Way, here: Aim | None) -> Aim | None:
        """Return where an intent has the head look, None where the camera does not say.

        A rung that cannot zoom leaves the field of view as it is.
        """
        self._newest()
        aim = intent.aim
        if aim is None:
            return self._goals.get(intent.preset)
        return aim if self._zooms(way) or here is None else replace(aim, hfov_deg=here.hfov_deg)

    def unsafe(self, now_s: float) -> str:
        """Say why the head is not moved at all now; empty when it is."""
        if now_s >= self._unsafe_until_s:
            return ""
        return "it does not end its moves by itself: have it measured, or look at its speeds"

    def ladder(self, intent: Intent, now_s: float, *, pose_known: bool) -> tuple[Way, ...]:
        """Return the ways to make an intent true now, best first; at least one."""
        return self._climb.ladder(self._ways(intent, pose_known=pose_known), now_s) or (Way.PRESET,)

    async def send(self, way: Way, intent: Intent, here: Aim | None) -> Refusal | None:
        """Send the next command by this rung, from ``here``; return why it was not to be.

        A ``CameraError`` when nobody knows whether the camera has heard it.
        """
        order = self._order(way, intent, here)
        if order is None:
            return Refusal(f"no {way.value} move leads there from here")
        self._stepped = (here, order.turn) if isinstance(order, ByStep) and here else None
        self._count(order)
        try:
            await sent(self._link, order)
        except NotSupported as error:
            return Refusal(str(error), least_s=math.inf)
        except CameraFault as error:
            return Refusal(str(error), final=error.code in PRESET_LACKS)
        return None

    def _count(self, order: Order) -> None:
        """Count what wears the motors; a velocity that is renewed is one move."""
        renewed = self._driven and isinstance(order, AtVelocity)
        self._driven = isinstance(order, AtVelocity)
        if not renewed:
            self._moved_s.append(self._now_s())

    def _order(self, way: Way, intent: Intent, here: Aim | None) -> Order | None:
        goal = self.goal(intent, way, here)
        if intent.aim is None and (way is Way.PRESET or goal is None):
            return ToPreset(intent.preset)
        assert goal is not None, "an aim is a goal"
        return order_of(
            way,
            self._camera,
            here=here,
            goal=goal,
            scale=self._scale_now(here),
            presets=self._goals,
            approach_s=self._approach_s(),
            zooms=self._zooms(way),
        )

    def _zooms(self, way: Way) -> bool:
        """Say whether a rung changes the field of view; a preset does as it is stored."""
        moves = self.moves
        if moves is None or way is Way.PRESET:
            return False
        return (Way.RELATIVE if way is Way.VIEW else way) in moves.zoom

    def fell(self, way: Way, why: str, now_s: float, *, least_s: float = 0.0) -> None:
        """Note that a rung failed, and for how long at least it is left alone."""
        self._climb = self._climb.fell(way, why, now_s, least_s=least_s)

    def held(self, way: Way) -> None:
        """Note that a rung brought the head there."""
        self._climb = self._climb.held(way)

    def ran_on(self, now_s: float) -> None:
        """Note that the head did not end its move, and had to be stopped."""
        self._unsafe_until_s = now_s + UNSAFE_S

    def uses(self, way: Way, intent: Intent, idle: str = "", *, pose_known: bool) -> None:
        """Note which rung is in use, and why no better one is."""
        because = self._climb.because(self._ways(intent, pose_known=pose_known), way)
        self.rungs = replace(
            self.rungs, move=way.value, idle=idle or self.rungs.idle, because=because
        )
        self.recount()

    def recount(self) -> None:
        """Bring the count of what the motors did in the last hour to this moment."""
        while self._moved_s and self._now_s() - self._moved_s[0] > HOUR_S:
            self._moved_s.popleft()
        if len(self._moved_s) != self.rungs.moves_last_hour:
            self.rungs = replace(self.rungs, moves_last_hour=len(self._moved_s))

    def stops_by(self, way: StopWay) -> None:
        """Note which way to stop it obeyed."""
        rungs = self.rungs
        self.rungs = replace(rungs, stop=way.value)

    def _ways(self, intent: Intent, *, pose_known: bool) -> tuple[Way, ...]:
        moves = self.moves
        if intent.aim is not None:
            return aim_ladder(moves, pose_known=pose_known, presets=bool(self._goals))
        known = intent.preset in self._goals
        return preset_ladder(moves, goal_known=known, pose_known=pose_known)

    def _approach_s(self) -> float:
        """Return how long the rest of the way takes at a velocity: a slow answer wants a slow head."""
        motors = None if self._of is None else self._of.motors
        latency_s = None if motors is None else motors.latency_s
        return APPROACH_S if latency_s is None else max(APPROACH_S, LATENCIES * latency_s)

    def _newest(self) -> Passport | None:
        """Return the newest passport; another one than the last begins all learning anew."""
        passport = self._passport()
        if passport is not self._of:
            self._of = passport
            self._climb = Climb()
            self._goals = {} if passport is None else goals_of(self._camera, passport)
            self._camera = _as_measured(
                self._declared, None if passport is None else passport.motors
            )
            self._scale = _measured_scale(None if passport is None else passport.motors)
        return passport

    def _scale_now(self, here: Aim | None) -> Scale:
        """Return what a step of 1 turns, after what the last one did."""
        scale = usual_scale(self._camera) if self._scale is None else self._scale
        if self._stepped is not None and here is not None:
            before, turn = self._stepped
            pan_deg, tilt_deg, _ = turn_between(self._camera, before, here)
            scale = learned(scale, turn, (pan_deg, tilt_deg))
        self._scale = scale
        return scale


def goals_of(camera: Camera, passport: Passport) -> dict[PresetName, Aim]:
    """Return where the presets look: as the camera tells, else as it was measured."""
    measured = () if passport.motors is None else passport.motors.presets
    seen = {preset.name: preset.pose for preset in measured}
    told = {preset.name: preset.pose or seen.get(preset.name) for preset in passport.presets}
    return {name: aim_of(camera, pose) for name, pose in told.items() if pose is not None}


async def sent(link: CameraLink, order: Order) -> None:
    """Hand an order to the camera; returns when it is accepted."""
    match order:
        case ToPreset(preset=preset):
            await link.goto_preset(preset)
        case ToPose(pose=pose):
            await link.move_to(pose)
        case ByStep(turn=turn, in_view=in_view):
            await link.move_by(turn, in_view=in_view)
        case AtVelocity(turn=turn, for_s=for_s):
            await link.drive(turn, for_s=for_s)


def _as_measured(camera: Camera, motors: Motors | None) -> Camera:
    """Return a camera whose axes are as fast as they were measured."""
    if motors is None or camera.ptz is None:
        return camera
    pan_dps = camera.ptz.pan_dps if motors.pan is None else motors.pan.top_dps
    tilt_dps = camera.ptz.tilt_dps if motors.tilt is None else motors.tilt.top_dps
    return replace(camera, ptz=replace(camera.ptz, pan_dps=pan_dps, tilt_dps=tilt_dps))


def _measured_scale(motors: Motors | None) -> Scale | None:
    if motors is None or motors.step_deg is None:
        return None
    return Scale(*motors.step_deg)
