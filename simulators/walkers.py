"""People with goals: each walks a trip from place to place, lingers, and leaves again.

They keep their distance by slowing down and stepping aside to the right; the ways lead past all
that is solid.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from simulators.depot import Point
from simulators.facility_plan import Walks
from simulators.looks import look_of
from simulators.passing import Block, aim_round, blocks, must_wait
from simulators.scene import Look, PersonState, VehicleState
from simulators.ways import Free, Ways

PERSONAL_M = 1.5
AWARE_M = 2.6
PUSH_MPS2 = 5.0
EASE_PER_S = 3.0
STUCK_S = 3.0
REACHED_M = 0.45


@dataclass(slots=True)
class Walker:
    """One person under way. ``goals`` are points with the time to linger there."""

    id: str
    look: Look
    pace_mps: float
    x_m: float
    y_m: float
    goals: list[tuple[Point, float]]
    vx_mps: float = 0.0
    vy_mps: float = 0.0
    heading_deg: float = 0.0
    stride_rad: float = 0.0
    gait: float = 0.0
    linger_s: float = 0.0
    stuck_s: float = 0.0
    side: float = 1.0

    def state(self) -> PersonState:
        """Return what others can see of it."""
        return PersonState(
            self.id,
            self.x_m,
            self.y_m,
            self.vx_mps,
            self.vy_mps,
            self.heading_deg,
            self.look,
            self.stride_rad,
            self.gait,
        )


@dataclass(slots=True)
class Crowd:
    """Everybody who is there, and who comes next."""

    walks: Walks
    ways: Ways
    free: Free
    random: Random
    walkers: list[Walker] = field(default_factory=list)
    born: int = 0
    next_s: float = 0.0
    time_s: float = 0.0
    last_trip: int = -1
    _wardrobe: Random = field(init=False)

    def __post_init__(self) -> None:
        """Open the wardrobe: a stream of its own, so that clothes change nobody's way."""
        self._wardrobe = Random(self.random.random())

    def step(self, dt_s: float, vehicles: Sequence[VehicleState]) -> None:
        """Let ``dt_s`` pass for everybody."""
        self.time_s += dt_s
        self._welcome()
        for walker in self.walkers:
            self._move(walker, dt_s, vehicles)
        self.walkers = [w for w in self.walkers if w.goals]

    def rename(self) -> None:
        """Name those who are there p1, p2, ... and start counting after them."""
        for number, walker in enumerate(self.walkers, start=1):
            walker.id = f"p{number}"
        self.born = len(self.walkers)

    def _welcome(self) -> None:
        least, most = self.walks.present
        present = len(self.walkers)
        due = self.time_s >= self.next_s and present < most
        if due or (present < least and self.time_s >= self.next_s - self.walks.every_s[0]):
            self._enter()
            self.next_s = self.time_s + self.random.uniform(*self.walks.every_s)

    def _enter(self) -> None:
        shares = [0.0 if i == self.last_trip else t.share for i, t in enumerate(self.walks.trips)]
        trips = self.walks.trips
        self.last_trip = self.random.choices(range(len(trips)), shares)[0]
        stops = trips[self.last_trip].stops
        x, y = self.walks.places[stops[0]]
        if any(math.dist((x, y), (w.x_m, w.y_m)) < AWARE_M for w in self.walkers):
            return
        self.born += 1
        pace = self.random.uniform(*self.walks.speed_mps)
        walker = Walker(f"p{self.born}", look_of(self._wardrobe), pace, x, y, self._goals(stops))
        walker.stride_rad = self.random.uniform(0.0, 6.28)
        self.walkers.append(walker)

    def _goals(self, stops: Sequence[str]) -> list[tuple[Point, float]]:
        aside = self.random.uniform(-0.55, 0.55)
        goals: list[tuple[Point, float]] = []
        for start, goal in pairwise(stops):
            goals += [(self._near(name, aside), 0.0) for name in self.ways.path(start, goal)]
            if goal != stops[-1]:
                goals[-1] = goals[-1][0], self.random.uniform(*self.walks.linger_s)
        return goals

    def _near(self, name: str, aside: float) -> Point:
        """Return a place, a little off, so that not all walk in one line."""
        x, y = self.walks.places[name]
        if name in self.walks.doors:
            return x, y
        for share in (1.0, 0.5):
            near = (
                x + share * (aside + self.random.uniform(-0.25, 0.25)),
                y + share * (-aside + self.random.uniform(-0.25, 0.25)),
            )
            if self.free.at(*near):
                return near
        return x, y

    def _move(self, walker: Walker, dt_s: float, vehicles: Sequence[VehicleState]) -> None:
        walker.linger_s -= dt_s
        wish = (0.0, 0.0) if walker.linger_s > 0 else self._wish(walker, blocks(vehicles))
        if not walker.goals:
            return
        wish = self._round(walker, self._minded(walker, wish, vehicles))
        ease = min(1.0, EASE_PER_S * dt_s)
        walker.vx_mps += (wish[0] - walker.vx_mps) * ease
        walker.vy_mps += (wish[1] - walker.vy_mps) * ease
        self._advance(walker, dt_s)
        _stride(walker, dt_s)

    def _wish(self, walker: Walker, standing: Sequence[Block]) -> tuple[float, float]:
        """Return the velocity towards the next goal; passes goals that are reached."""
        while walker.goals:
            goal, linger = walker.goals[0]
            here = walker.x_m, walker.y_m
            aim = aim_round(here, goal, standing)
            far = math.dist(here, goal)
            if aim is not None and far > REACHED_M and walker.stuck_s < STUCK_S:
                return _towards(here, aim, walker.pace_mps)
            if walker.stuck_s >= STUCK_S:
                walker.stuck_s = 0.0
                walker.goals.insert(0, (self._back_off(walker), 0.0))
                continue
            walker.goals.pop(0)
            if linger > 0 and walker.goals:
                walker.linger_s = linger
                return 0.0, 0.0
        return 0.0, 0.0

    def _back_off(self, walker: Walker) -> Point:
        """Return one of the places nearby, to start anew from there."""
        here = walker.x_m, walker.y_m
        near = sorted(self.walks.places.values(), key=lambda place: math.dist(place, here))
        return self.random.choice(near[:3])

    def _minded(
        self, walker: Walker, wish: tuple[float, float], vehicles: Sequence[VehicleState]
    ) -> tuple[float, float]:
        speed = math.hypot(*wish)
        ahead = (wish[0] / speed, wish[1] / speed) if speed > 0.05 else (0.0, 0.0)
        push_x = push_y = 0.0
        slow = 1.0
        for other in self.walkers:
            dx, dy = walker.x_m - other.x_m, walker.y_m - other.y_m
            gap = math.hypot(dx, dy)
            if other is walker or gap > AWARE_M or gap < 1e-6:
                continue
            strength = PUSH_MPS2 * max(0.0, PERSONAL_M + 0.45 - gap) ** 2
            push_x += dx / gap * strength
            push_y += dy / gap * strength
            facing = -(dx * ahead[0] + dy * ahead[1]) / gap
            if facing > 0.6:
                aside = 0.55 * (AWARE_M - gap) / AWARE_M
                push_x += ahead[1] * aside
                push_y -= ahead[0] * aside
                with_me = other.vx_mps * ahead[0] + other.vy_mps * ahead[1]
                if gap < 1.8 and with_me > -0.2:
                    slow = min(slow, max(0.1, (gap - 1.0) / 0.8))
        if must_wait((walker.x_m, walker.y_m), ahead, vehicles):
            slow = 0.0
        x, y = wish[0] * slow + push_x, wish[1] * slow + push_y
        over = math.hypot(x, y) / max(walker.pace_mps, 0.6)
        return (x / over, y / over) if over > 1.0 else (x, y)

    def _round(self, walker: Walker, wish: tuple[float, float]) -> tuple[float, float]:
        """Return a wish turned as little as it takes to go past something solid close ahead."""
        speed = math.hypot(*wish)
        if speed < 0.1 or self._open(walker, wish[0] / speed, wish[1] / speed):
            return wish
        for turn_deg in (25.0, 50.0, 75.0, 100.0):
            for side in (walker.side, -walker.side):
                turn = math.radians(turn_deg) * side
                x = wish[0] * math.cos(turn) + wish[1] * math.sin(turn)
                y = wish[1] * math.cos(turn) - wish[0] * math.sin(turn)
                if self._open(walker, x / speed, y / speed):
                    walker.side = side
                    return x, y
        return wish

    def _open(self, walker: Walker, ahead_x: float, ahead_y: float) -> bool:
        return all(
            self.free.at(walker.x_m + reach * ahead_x, walker.y_m + reach * ahead_y)
            for reach in (0.15, 0.3, 0.5)
        )

    def _advance(self, walker: Walker, dt_s: float) -> None:
        x, y = walker.x_m + walker.vx_mps * dt_s, walker.y_m + walker.vy_mps * dt_s
        if self.free.at(x, y) or not self.free.at(walker.x_m, walker.y_m):
            walker.x_m, walker.y_m = x, y
        elif self.free.at(x, walker.y_m):
            walker.x_m, walker.vy_mps = x, 0.0
        elif self.free.at(walker.x_m, y):
            walker.y_m, walker.vx_mps = y, 0.0
        else:
            walker.vx_mps = walker.vy_mps = 0.0
        slow = math.hypot(walker.vx_mps, walker.vy_mps) < 0.15 and walker.linger_s <= 0
        walker.stuck_s = walker.stuck_s + dt_s if slow else 0.0


def _towards(here: Point, there: Point, pace_mps: float) -> tuple[float, float]:
    far = math.dist(here, there) or 1.0
    return (there[0] - here[0]) / far * pace_mps, (there[1] - here[1]) / far * pace_mps


def _stride(walker: Walker, dt_s: float) -> None:
    speed = math.hypot(walker.vx_mps, walker.vy_mps)
    walker.gait += (min(1.0, speed / 1.1) - walker.gait) * min(1.0, 6.0 * dt_s)
    step_m = 0.41 * walker.look.height_m
    walker.stride_rad = (walker.stride_rad + math.pi * speed * dt_s / step_m) % (2.0 * math.pi)
    if speed > 0.25:
        wanted = math.degrees(math.atan2(walker.vx_mps, walker.vy_mps))
        turn = (wanted - walker.heading_deg + 180.0) % 360.0 - 180.0
        walker.heading_deg = (walker.heading_deg + turn * min(1.0, 7.0 * dt_s)) % 360.0
