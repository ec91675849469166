"""Vehicles on their routes: in at the gate, a stop, out again; they brake for whoever is ahead."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
from numpy.typing import NDArray

from simulators.depot import BodyKind, Colour
from simulators.facility_plan import Route, Traffic
from simulators.scene import PersonState, VehicleState

SPEED_UP_MPS2 = 1.4
BRAKE_MPS2 = 2.8
KEEP_M = 4.2
HALF_LANE_M = 1.75
_COLOURS: tuple[Colour, ...] = (
    (52, 48, 150),
    (150, 96, 40),
    (200, 202, 200),
    (58, 56, 54),
    (120, 124, 126),
    (70, 96, 60),
)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A smoothed route: points every 0.2 m, and how far along it the stop is."""

    points: NDArray[np.float64]
    stop_m: float
    wait_s: tuple[float, float]

    @property
    def length_m(self) -> float:
        """Return how long the route is."""
        return (len(self.points) - 1) * PITCH_M

    def at(self, along_m: float) -> tuple[float, float]:
        """Return the point ``along_m`` metres from the start."""
        index = min(max(along_m / PITCH_M, 0.0), len(self.points) - 1.001)
        low = int(index)
        point = self.points[low] + (self.points[low + 1] - self.points[low]) * (index - low)
        return float(point[0]), float(point[1])


PITCH_M = 0.2


def track_of(route: Route) -> Track:
    """Return a route with its corners rounded."""
    points = np.array(route.path, np.float64)
    for _ in range(3):
        inner = np.empty((2 * (len(points) - 1), 2))
        inner[0::2] = 0.75 * points[:-1] + 0.25 * points[1:]
        inner[1::2] = 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.vstack([points[:1], inner, points[-1:]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    evenly = np.arange(0.0, along[-1], PITCH_M)
    smooth = np.column_stack([np.interp(evenly, along, points[:, i]) for i in (0, 1)])
    nearest = int(np.hypot(*(smooth - np.array(route.stop)).T).argmin())
    return Track(smooth, nearest * PITCH_M, route.wait_s)


@dataclass(slots=True)
class Driver:
    """One vehicle under way."""

    id: str
    track: Track
    body: BodyKind
    colour: Colour
    wait_s: float
    along_m: float = 0.0
    speed_mps: float = 0.0

    def state(self) -> VehicleState:
        """Return what others can see of it."""
        x, y = self.track.at(self.along_m)
        heading = self.heading_deg()
        a = math.radians(heading)
        velocity = self.speed_mps * math.sin(a), self.speed_mps * math.cos(a)
        return VehicleState(self.id, x, y, *velocity, heading, self.body, self.colour)

    def heading_deg(self) -> float:
        """Return where the bonnet points: along the route, averaged over the wheelbase."""
        ahead, behind = self.track.at(self.along_m + 1.3), self.track.at(self.along_m - 1.3)
        return math.degrees(math.atan2(ahead[0] - behind[0], ahead[1] - behind[1])) % 360.0


@dataclass(slots=True)
class Fleet:
    """The vehicles that are there, and which comes next."""

    traffic: Traffic
    random: Random
    tracks: tuple[Track, ...] = field(init=False)
    drivers: list[Driver] = field(default_factory=list)
    born: int = 0
    next_s: float = 6.0
    time_s: float = 0.0

    def __post_init__(self) -> None:
        """Round the corners of every route."""
        self.tracks = tuple(track_of(route) for route in self.traffic.routes)

    def step(self, dt_s: float, people: Sequence[PersonState]) -> None:
        """Let ``dt_s`` pass for every vehicle."""
        self.time_s += dt_s
        if self.tracks and self.time_s >= self.next_s and len(self.drivers) < self.traffic.at_once:
            self._enter()
        for driver in self.drivers:
            others = [d.state() for d in self.drivers if d is not driver]
            self._drive(driver, dt_s, people, others)
        self.drivers = [d for d in self.drivers if d.along_m < d.track.length_m - 0.5]

    def rename(self) -> None:
        """Name those that are there v1, v2, ... and start counting after them."""
        for number, driver in enumerate(self.drivers, start=1):
            driver.id = f"v{number}"
        self.born = len(self.drivers)

    def _enter(self) -> None:
        self.born += 1
        track = self.random.choice(self.tracks)
        bodies: tuple[BodyKind, ...] = ("car", "estate", "van")
        body = self.random.choice(bodies)
        wait = self.random.uniform(*track.wait_s)
        colour = self.random.choice(_COLOURS)
        self.drivers.append(Driver(f"v{self.born}", track, body, colour, wait))
        self.next_s = self.time_s + self.random.uniform(*self.traffic.every_s)

    def _drive(
        self,
        driver: Driver,
        dt_s: float,
        people: Sequence[PersonState],
        others: Sequence[VehicleState],
    ) -> None:
        room = self._room(driver, people, others)
        to_stop = driver.track.stop_m - driver.along_m
        if driver.wait_s > 0 and to_stop < 0.15:
            driver.wait_s, driver.speed_mps = driver.wait_s - dt_s, 0.0
            return
        if driver.wait_s > 0:
            room = min(room, to_stop + 0.05)
        limit = self.traffic.speed_mps * self._bend(driver)
        wanted = min(limit, math.sqrt(2.0 * BRAKE_MPS2 * 0.6 * max(0.0, room)))
        change = wanted - driver.speed_mps
        driver.speed_mps += min(max(change, -BRAKE_MPS2 * 2 * dt_s), SPEED_UP_MPS2 * dt_s)
        driver.along_m += max(0.0, driver.speed_mps) * dt_s

    def _bend(self, driver: Driver) -> float:
        here = driver.track.at(driver.along_m)
        near, far = driver.track.at(driver.along_m + 2.0), driver.track.at(driver.along_m + 4.0)
        first = math.atan2(near[0] - here[0], near[1] - here[1])
        second = math.atan2(far[0] - near[0], far[1] - near[1])
        turn = abs((second - first + math.pi) % (2 * math.pi) - math.pi)
        return max(0.4, 1.0 - turn)

    def _room(
        self, driver: Driver, people: Sequence[PersonState], others: Sequence[VehicleState]
    ) -> float:
        """Return how far the way ahead is clear, in metres, looking 9 m ahead."""
        things = [(p.x_m, p.y_m, 0.0) for p in people] + [(o.x_m, o.y_m, 1.6) for o in others]
        clear = 9.0
        for ahead in np.arange(1.0, 9.0, 0.5).tolist():
            x, y = driver.track.at(driver.along_m + ahead)
            for ox, oy, more in things:
                if math.hypot(ox - x, oy - y) < HALF_LANE_M + more:
                    clear = min(clear, max(0.0, ahead - KEEP_M + 1.2 - more))
        return clear
