"""The control law of following: where a head is sent next, if anywhere.

A head that is told a place goes there and rests, and obeys late. So it is not sent to where
somebody is, but to where they will be once they are in its picture, and a little further. It is
sent anew only when they would be outside of the dead zone by the time a command could change that,
and do not come back into it by themselves. The dead zone is as wide as their pace through the
picture asks for at a bearable number of moves, and as what is not known of them. It is measured in
the picture, so a head above somebody who passes below does not spin after noise.

That the delays of processing and of motion decide how well a PTZ camera tracks is from Chen et al.
2015 (arXiv 1505.04502); the lead, the frame and the dead zone are ours, and so are their numbers,
found with ``tests/benchmarks/steering/following.py``.
"""

import math
from dataclasses import dataclass
from typing import Final

from orchestrator.domain.camera import Aim, Camera
from orchestrator.geometry.sight import off_centre, offset, sight
from orchestrator.steer.follow.frame import Frame, framed
from orchestrator.steer.follow.kinematics import Kinematics
from orchestrator.steer.follow.quarry import Quarry

DEAD: Final = 0.2
DEAD_MOST: Final = 0.3
"""Closer to the middle than this, in halves of the picture, nothing is sent: least and most."""
STEP_S: Final = 0.6
"""So long one step should serve: the dead zone widens with the pace through the picture."""
LEAVING: Final = 0.5
"""Further off the middle than this, nobody is left to come back by themselves."""
BACK_S: Final = 0.2
"""Who comes nearer to the middle within this time is coming back."""
GAP_S: Final = 0.08
"""Commands follow each other no closer."""
IN_PICTURE: Final = 0.4
"""Of the time of a turn: after about so much its goal comes into the picture."""
AHEAD: Final = 0.2
"""Of the dead zone: so far ahead of the target the head is sent."""
SIZE_SLACK: Final = 1.3
"""The picture is not zoomed for less than this factor of its width."""
ROUNDS: Final = 3
"""Turns of the search for the moment at which head and target meet."""
FASTEST: Final = 10.0
"""Halves of the picture a second that stand for a target which is not before the camera at all."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A head was sent from ``start`` to ``goal``; it obeys at ``obeys_s``, is there at ``there_s``."""

    start: Aim
    goal: Aim
    sent_s: float
    obeys_s: float
    there_s: float

    @classmethod
    def none(cls, head: Aim) -> "Leg":
        """Return the leg of a head that was sent nowhere."""
        return cls(head, head, -math.inf, -math.inf, -math.inf)


@dataclass(frozen=True, slots=True)
class Pursuer:
    """One head that can be sent to aims: its place and lens, and how it turns."""

    camera: Camera
    turns: Kinematics

    def next(self, quarry: Quarry, last: Leg, now_s: float) -> Leg | None:
        """Return where to send the head now; None to let it be.

        ``last`` is what it was last told.
        """
        soonest_s = now_s + self.turns.latency_s
        if now_s - last.sent_s < GAP_S:
            return None
        judged_s = max(soonest_s, last.there_s)
        frame = framed(self.camera, quarry, judged_s)
        dead = self._dead(self._pace(quarry, last.goal, judged_s), frame.doubt)
        if self._fits(last.goal, frame) and self._stays(quarry, last.goal, judged_s, dead):
            return None
        return self._sent(quarry, self.where(last, soonest_s), dead, now_s)

    def off(self, quarry: Quarry, aim: Aim, then_s: float) -> float:
        """Return how far off the middle of a picture the target is, in halves of it."""
        seen = sight(self.camera, quarry.where(then_s), quarry.tall_m)
        return off_centre(self.camera, aim, seen)

    def where(self, leg: Leg, then_s: float) -> Aim:
        """Return where a head is expected on its leg at a moment."""
        if then_s >= leg.there_s:
            return leg.goal
        start, goal, after_s = leg.start, leg.goal, then_s - leg.obeys_s
        pan = self.turns.turn_deg(self.camera, start.azimuth_deg, goal.azimuth_deg)
        rise = goal.tilt_deg - start.tilt_deg
        return Aim(
            (start.azimuth_deg + self.turns.pan.gone_deg(pan, after_s)) % 360.0,
            start.tilt_deg + self.turns.tilt.gone_deg(rise, after_s),
            goal.hfov_deg,
        )

    def _sent(self, quarry: Quarry, start: Aim, dead: float, now_s: float) -> Leg:
        """Return the leg that meets the target, and is a little ahead of it by then."""
        soonest_s = now_s + self.turns.latency_s
        meet_s, goal = soonest_s, start
        for _ in range(ROUNDS):
            goal = framed(self.camera, quarry, meet_s).aim
            meet_s = soonest_s + IN_PICTURE * self._travel_s(start, goal)
        pace = self._pace(quarry, goal, meet_s)
        ahead_s = min(AHEAD * dead / pace, STEP_S / 2.0) if pace > 0.0 else 0.0
        goal = framed(self.camera, quarry, meet_s + ahead_s).aim
        return Leg(start, goal, now_s, soonest_s, soonest_s + self._travel_s(start, goal))

    def _stays(self, quarry: Quarry, goal: Aim, judged_s: float, dead: float) -> bool:
        """Say whether the target stays in the dead zone, or comes back to it by itself."""
        off = self.off(quarry, goal, judged_s)
        return off <= dead or (off < LEAVING and self.off(quarry, goal, judged_s + BACK_S) < off)

    def _fits(self, goal: Aim, frame: Frame) -> bool:
        """Say whether the picture is about as wide as it should be."""
        half = math.tan(math.radians(goal.hfov_deg) / 2.0)
        ratio = half / math.tan(math.radians(frame.aim.hfov_deg) / 2.0)
        return 1.0 / SIZE_SLACK < ratio < SIZE_SLACK

    def _travel_s(self, start: Aim, goal: Aim) -> float:
        """Return how long the head takes from rest to rest, the slower axis."""
        pan = self.turns.turn_deg(self.camera, start.azimuth_deg, goal.azimuth_deg)
        rise = goal.tilt_deg - start.tilt_deg
        return max(self.turns.pan.takes_s(pan), self.turns.tilt.takes_s(rise))

    def _dead(self, pace: float, doubt: float) -> float:
        return min(max(pace * STEP_S / 2.0, DEAD, doubt), DEAD_MOST)

    def _pace(self, quarry: Quarry, aim: Aim, then_s: float) -> float:
        """Return how fast the target goes through a picture at rest, in halves of it a second."""
        before, after = (
            offset(self.camera, aim, sight(self.camera, quarry.where(moment_s), quarry.tall_m))
            for moment_s in (then_s - 0.1, then_s + 0.1)
        )
        pace = max(abs(after[0] - before[0]), abs(after[1] - before[1])) / 0.2
        return pace if math.isfinite(pace) else FASTEST
