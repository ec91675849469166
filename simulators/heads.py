"""A PTZ head: two motors with limits of speed and acceleration, a zoom, and slow ears.

A command is obeyed after a latency drawn from a seeded stream; the motors then follow a
trapezoid: as fast as they may and still stop in time at the goal.
"""

import math
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from msgspec import Struct

MAX_STEP_S = 0.01
PICTURE_HEIGHT = 9.0 / 16.0
"""Of a picture's width; by angle that is a little off at the wide end."""


@dataclass(frozen=True, slots=True)
class Pose:
    """A head's position in the ONVIF generic spaces: pan, tilt -1..1, zoom 0..1."""

    pan: float
    tilt: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a camera looks: azimuth clockwise from north, tilt above the horizon, field of view."""

    azimuth_deg: float
    tilt_deg: float
    hfov_deg: float


@dataclass(frozen=True, slots=True)
class Preset:
    """A stored pose; cameras address it by token and show its name."""

    token: str
    name: str
    pose: Pose


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it is now."""

    pose: Pose
    moving: bool
    aim: Aim


class PtzSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """Ranges relative to the mount and what the motors can do; latency in seconds, least and most.

    An ``endless`` head turns on past the ends of its pan range, the short way round.
    """

    pan_deg: tuple[float, float] = (-170.0, 170.0)
    tilt_deg: tuple[float, float] = (-80.0, 10.0)
    pan_dps: float = 120.0
    tilt_dps: float = 90.0
    pan_dps2: float = 360.0
    tilt_dps2: float = 300.0
    zoom_per_s: float = 0.8
    latency_s: tuple[float, float] = (0.06, 0.15)
    endless: bool = False


Kind = Literal["pose", "velocity", "stop"]


@dataclass(frozen=True, slots=True)
class _Order:
    due_s: float
    kind: Kind
    pose: Pose
    timeout_s: float = math.inf


@dataclass(slots=True)
class _Axis:
    """One motor: position, velocity, and either a goal or a wanted speed."""

    low: float
    high: float
    speed: float
    acceleration: float
    endless: bool = False
    at: float = 0.0
    velocity: float = 0.0
    goal: float | None = None
    wanted: float = 0.0

    def go(self, goal: float) -> None:
        """Have a goal: the nearest end beyond its range, or the short way round where there is one."""
        if self.endless:
            turn = self.high - self.low
            goal = self.at + (goal - self.at + turn / 2.0) % turn - turn / 2.0
        else:
            goal = min(max(goal, self.low), self.high)
        self.goal, self.wanted = goal, 0.0

    def step(self, dt_s: float) -> None:
        target = self.wanted if self.goal is None else self._approach(self.goal, dt_s)
        change = self.acceleration * dt_s
        self.velocity += min(max(target - self.velocity, -change), change)
        self.at += self.velocity * dt_s
        self._settle(change)

    def _approach(self, goal: float, dt_s: float) -> float:
        gap = goal - self.at
        brake = math.sqrt(2.0 * self.acceleration * abs(gap) * 0.9)
        return math.copysign(min(self.speed, brake, abs(gap) / dt_s), gap)

    def _settle(self, change: float) -> None:
        near = self.goal is not None and abs(self.goal - self.at) <= 1e-3 * (self.high - self.low)
        if self.goal is not None and near and abs(self.velocity) <= 2.0 * change:
            self.at, self.velocity, self.goal, self.wanted = self.goal, 0.0, None, 0.0
        if self.endless:
            self._come_round()
        elif not self.low <= self.at <= self.high:
            self.at = min(max(self.at, self.low), self.high)
            self.velocity, self.wanted = 0.0, 0.0

    def _come_round(self) -> None:
        """Count on from the other end of the range, goal and all."""
        turns = (self.at - self.low) // (self.high - self.low) * (self.high - self.low)
        self.at -= turns
        self.goal = None if self.goal is None else self.goal - turns

    @property
    def moving(self) -> bool:
        return self.goal is not None or self.velocity != 0.0 or self.wanted != 0.0


@dataclass(slots=True)
class Motors:
    """The moving part of one PTZ camera. Angles inside are relative to the mount."""

    spec: PtzSpec
    rest: Aim
    hfov_wide_deg: float
    hfov_tele_deg: float
    random: Random
    time_s: float = 0.0
    _orders: list[_Order] = field(default_factory=list)
    _until_s: float = math.inf
    _pan: _Axis = field(init=False)
    _tilt: _Axis = field(init=False)
    _zoom: _Axis = field(init=False)

    def __post_init__(self) -> None:
        """Build the three axes from the spec."""
        spec = self.spec
        self._pan = _Axis(*spec.pan_deg, spec.pan_dps, spec.pan_dps2, spec.endless)
        self._tilt = _Axis(*spec.tilt_deg, spec.tilt_dps, spec.tilt_dps2)
        self._zoom = _Axis(0.0, 1.0, spec.zoom_per_s, 4.0 * spec.zoom_per_s)

    def place(self, pose: Pose) -> None:
        """Put the head at ``pose`` at once and at rest (for a reset)."""
        self._pan.at, self._tilt.at, self._zoom.at = self._angles(pose)

    def go(self, pose: Pose) -> None:
        """Order an absolute move."""
        self._order("pose", pose)

    def turn(self, delta: Pose) -> None:
        """Order a move relative to where the head is now or, while it goes somewhere, is going."""
        goal = self._goal_pose()
        self.go(Pose(goal.pan + delta.pan, goal.tilt + delta.tilt, goal.zoom + delta.zoom))

    def turn_in_view(self, delta: Pose) -> None:
        """Order a move by halves of the picture, from where the head is or is going."""
        low, high = self.spec.pan_deg
        down, up = self.spec.tilt_deg
        half_deg = hfov_of(self._zoom.at, self.hfov_wide_deg, self.hfov_tele_deg) / 2.0
        pan, tilt = 2.0 * half_deg / (high - low), 2.0 * half_deg * PICTURE_HEIGHT / (up - down)
        self.turn(Pose(delta.pan * pan, delta.tilt * tilt, delta.zoom))

    def drive(self, velocity: Pose, timeout_s: float) -> None:
        """Order a move at a share (-1..1) of top speed that ends by itself after ``timeout_s``."""
        self._order("velocity", velocity, timeout_s)

    def stop(self) -> None:
        """Order the axes to stop."""
        self._order("stop", Pose(0.0, 0.0, 0.0))

    def head(self) -> Head:
        """Return where the head is now."""
        pose = self._pose(self._pan.at, self._tilt.at, self._zoom.at)
        moving = any(axis.moving for axis in self._axes())
        aim = aim_at(pose, self.rest, self.spec, self.hfov_wide_deg, self.hfov_tele_deg)
        return Head(pose, moving, aim)

    @property
    def resting(self) -> bool:
        """Say whether nothing changes by itself: it does not turn and has no order to obey."""
        return not self._orders and not any(axis.moving for axis in self._axes())

    def step(self, dt_s: float) -> None:
        """Let ``dt_s`` pass, in slices fine enough for the motors."""
        if self.resting:
            self.time_s += dt_s
            return
        slices = max(1, math.ceil(dt_s / MAX_STEP_S - 1e-9))
        for _ in range(slices):
            self.time_s += dt_s / slices
            self._obey()
            for axis in self._axes():
                if axis.moving:
                    axis.step(dt_s / slices)

    def _order(self, kind: Kind, pose: Pose, timeout_s: float = math.inf) -> None:
        due = self.time_s + self.random.uniform(*self.spec.latency_s)
        if self._orders:
            due = max(due, self._orders[-1].due_s)
        self._orders.append(_Order(due, kind, pose, timeout_s))

    def _obey(self) -> None:
        while self._orders and self._orders[0].due_s <= self.time_s:
            self._start(self._orders.pop(0))
        if self.time_s >= self._until_s:
            self._cruise(Pose(0.0, 0.0, 0.0))

    def _start(self, order: _Order) -> None:
        if order.kind != "pose":
            self._cruise(order.pose)
            self._until_s = order.due_s + order.timeout_s
            return
        self._until_s = math.inf
        for axis, goal in zip(self._axes(), self._angles(order.pose), strict=True):
            axis.go(goal)

    def _cruise(self, velocity: Pose) -> None:
        self._until_s = math.inf
        shares = (velocity.pan, velocity.tilt, velocity.zoom)
        for axis, share in zip(self._axes(), shares, strict=True):
            axis.goal, axis.wanted = None, axis.speed * min(max(share, -1.0), 1.0)

    def _axes(self) -> tuple[_Axis, _Axis, _Axis]:
        return self._pan, self._tilt, self._zoom

    def _goal_pose(self) -> Pose:
        where = [axis.at if axis.goal is None else axis.goal for axis in self._axes()]
        return self._pose(*where)

    def _angles(self, pose: Pose) -> tuple[float, float, float]:
        low, high = self.spec.pan_deg
        down, up = self.spec.tilt_deg
        pan = low + (pose.pan + 1.0) / 2.0 * (high - low)
        return pan, down + (pose.tilt + 1.0) / 2.0 * (up - down), pose.zoom

    def _pose(self, pan_deg: float, tilt_deg: float, zoom: float) -> Pose:
        low, high = self.spec.pan_deg
        down, up = self.spec.tilt_deg
        pan = 2.0 * (pan_deg - low) / (high - low) - 1.0
        return Pose(pan, 2.0 * (tilt_deg - down) / (up - down) - 1.0, zoom)


def aim_at(pose: Pose, rest: Aim, spec: PtzSpec, wide_deg: float, tele_deg: float) -> Aim:
    """Return where a head at ``pose`` looks; the focal length is linear in zoom."""
    low, high = spec.pan_deg
    down, up = spec.tilt_deg
    pan_deg = low + (pose.pan + 1.0) / 2.0 * (high - low)
    tilt_deg = down + (pose.tilt + 1.0) / 2.0 * (up - down)
    azimuth = (rest.azimuth_deg + pan_deg) % 360.0
    return Aim(azimuth, rest.tilt_deg + tilt_deg, hfov_of(pose.zoom, wide_deg, tele_deg))


def hfov_of(zoom: float, wide_deg: float, tele_deg: float) -> float:
    """Return the horizontal field of view at ``zoom`` 0..1."""
    wide = 1.0 / math.tan(math.radians(wide_deg) / 2.0)
    tele = 1.0 / math.tan(math.radians(tele_deg) / 2.0)
    return math.degrees(2.0 * math.atan(1.0 / (wide + zoom * (tele - wide))))


def zoom_of(hfov_deg: float, wide_deg: float, tele_deg: float) -> float:
    """Return the zoom 0..1 that shows ``hfov_deg``; the inverse of ``hfov_of``."""
    wide, tele, here = (
        1.0 / math.tan(math.radians(a) / 2.0) for a in (wide_deg, tele_deg, hfov_deg)
    )
    return (here - wide) / (tele - wide) if tele != wide else 0.0


def pose_of(aim: Aim, rest: Aim, spec: PtzSpec, wide_deg: float, tele_deg: float) -> Pose:
    """Return the pose that looks along ``aim``; ``ValueError`` where the head cannot."""
    low, high = spec.pan_deg
    down, up = spec.tilt_deg
    pan_deg = (aim.azimuth_deg - rest.azimuth_deg - low) % 360.0 + low
    tilt_deg = aim.tilt_deg - rest.tilt_deg
    zoom = zoom_of(aim.hfov_deg, wide_deg, tele_deg)
    inside = pan_deg <= high and down <= tilt_deg <= up and -1e-9 <= zoom <= 1.0 + 1e-9
    if not inside:
        raise ValueError(f"out of the head's range: {aim}")
    pan = 2.0 * (pan_deg - low) / (high - low) - 1.0
    tilt = 2.0 * (tilt_deg - down) / (up - down) - 1.0
    return Pose(pan, tilt, min(max(zoom, 0.0), 1.0))


def still(aim: Aim) -> Head:
    """Return the head of a camera that has none: it looks along ``aim`` for ever."""
    return Head(Pose(0.0, 0.0, 0.0), False, aim)
