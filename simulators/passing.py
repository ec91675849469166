"""How somebody on foot gets on with a vehicle: waits while it moves, goes round it while it stands.

A vehicle is its rectangle grown by half a body; the way round leads over one of the corners.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulators.depot import Point
from simulators.render.vehicle import length_m
from simulators.scene import VehicleState

HALF_BODY_M = 0.42
HALF_WIDTH_M = 1.0
STANDS_MPS = 0.3
WAIT_M = 6.0
NEAR_M = 10.0


@dataclass(frozen=True, slots=True)
class Block:
    """A standing vehicle in its own axes: half its length and width, grown by half a body."""

    middle: Point
    ahead: tuple[float, float]
    half_m: tuple[float, float]

    def inside(self, at: Point) -> Point:
        """Return a point as metres ahead and to the right of the middle."""
        dx, dy = at[0] - self.middle[0], at[1] - self.middle[1]
        ax, ay = self.ahead
        return dx * ax + dy * ay, dx * ay - dy * ax

    def outside(self, at: Point) -> Point:
        """Return the plan's point for metres ahead and to the right."""
        ax, ay = self.ahead
        return self.middle[0] + at[0] * ax + at[1] * ay, self.middle[1] + at[0] * ay - at[1] * ax

    def holds(self, at: Point) -> bool:
        """Return whether a point is in it."""
        u, w = self.inside(at)
        return abs(u) < self.half_m[0] and abs(w) < self.half_m[1]

    def bars(self, start: Point, end: Point) -> bool:
        """Return whether the straight way leads through it."""
        (u0, w0), (u1, w1) = self.inside(start), self.inside(end)
        low, high = 0.0, 1.0
        for a, b, half in ((u0, u1, self.half_m[0]), (w0, w1, self.half_m[1])):
            if abs(b - a) < 1e-9:
                if abs(a) >= half:
                    return False
                continue
            enters, leaves = sorted(((-half - a) / (b - a), (half - a) / (b - a)))
            low, high = max(low, enters), min(high, leaves)
        return low < high

    def way_out(self, at: Point) -> Point:
        """Return the point outside that is nearest to a point inside."""
        u, w = self.inside(at)
        deep_u, deep_w = self.half_m[0] - abs(u), self.half_m[1] - abs(w)
        if deep_u < deep_w:
            return self.outside((math.copysign(self.half_m[0] + 0.3, u), w))
        return self.outside((u, math.copysign(self.half_m[1] + 0.3, w)))

    def corner(self, start: Point, goal: Point) -> Point:
        """Return the corner to walk to first on the shortest way round."""
        along, across = self.half_m[0] + 0.2, self.half_m[1] + 0.2
        corners = [self.outside((i * along, j * across)) for i in (-1, 1) for j in (-1, 1)]
        seen = [c for c in corners if not self.bars(start, c)] or corners
        return min(seen, key=lambda c: math.dist(start, c) + self._rest(c, goal))

    def _rest(self, corner: Point, goal: Point) -> float:
        far = math.dist(corner, goal)
        return far + (2.0 * self.half_m[1] if self.bars(corner, goal) else 0.0)


def blocks(vehicles: Sequence[VehicleState]) -> list[Block]:
    """Return the vehicles that stand."""
    return [
        Block(
            (v.x_m, v.y_m),
            (math.sin(math.radians(v.heading_deg)), math.cos(math.radians(v.heading_deg))),
            (length_m(v.body) / 2.0 + HALF_BODY_M, HALF_WIDTH_M + HALF_BODY_M),
        )
        for v in vehicles
        if math.hypot(v.vx_mps, v.vy_mps) <= STANDS_MPS
    ]


def aim_round(at: Point, goal: Point, standing: Sequence[Block]) -> Point | None:
    """Return where to walk to get to ``goal``; None when a vehicle stands on it."""
    for block in standing:
        if math.dist(at, block.middle) > NEAR_M:
            continue
        if block.holds(goal):
            return None if math.dist(at, goal) < 3.5 else goal
        if block.holds(at):
            return block.way_out(at)
        if block.bars(at, goal):
            return block.corner(at, goal)
    return goal


def must_wait(at: Point, ahead: tuple[float, float], vehicles: Sequence[VehicleState]) -> bool:
    """Return whether a moving vehicle is close ahead, or comes this way across one's own."""
    for vehicle in vehicles:
        speed = math.hypot(vehicle.vx_mps, vehicle.vy_mps)
        dx, dy = vehicle.x_m - at[0], vehicle.y_m - at[1]
        gap = math.hypot(dx, dy)
        if speed <= STANDS_MPS or gap > WAIT_M or gap < 1e-6:
            continue
        closing = -(dx * vehicle.vx_mps + dy * vehicle.vy_mps) / (gap * speed)
        before_me = dx * ahead[0] + dy * ahead[1] > 0.3 * gap
        if before_me and (closing > -0.4 or gap < 3.4):
            return True
    return False
