"""Three ways to follow a walker that need no control law: the oracle, the naive way, the plain one.

All of them send AbsoluteMove, four times a second; the oracle as often as it is asked, since it may.
They hold the body as tall as the lens rule says. The oracle knows where the walker truly is and
will be; the naive one goes to where the walker was last seen; the plain one fits a line through the
last second and goes to where that leads by the time the head obeys.
"""

import math
from collections import deque
from typing import Final

import numpy as np

from orchestrator.domain.camera import Aim, Camera
from tests.benchmarks.steering.strolls import Sighting, Stroll

EVERY_S: Final = 0.25
MEMORY_S: Final = 1.0
TALL_M: Final = 1.75
SHARE: Final = 0.5


def looking(camera: Camera, place_m: tuple[float, float]) -> Aim:
    """Return the aim that has a body in the middle, half the picture tall where the lens can."""
    mount, lens = camera.mount, camera.lens
    x, y = place_m[0] - mount.x_m, place_m[1] - mount.y_m
    away = max(math.hypot(x, y), 0.05)
    feet = math.atan2(-mount.height_m, away)
    head = math.atan2(TALL_M - mount.height_m, away)
    half = math.tan((head - feet) / 2.0) / SHARE * lens.width_px / lens.height_px
    hfov = min(max(2.0 * math.degrees(math.atan(half)), lens.hfov_tele_deg), lens.hfov_wide_deg)
    return Aim(math.degrees(math.atan2(x, y)) % 360.0, math.degrees((feet + head) / 2.0), hfov)


class Naive:
    """Goes to where the walker was last seen."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._seen: deque[Sighting] = deque()
        self._next_s = 0.0

    def heard(self, sighting: Sighting) -> None:
        self._seen.append(sighting)
        while self._seen[0].seen_s < sighting.seen_s - MEMORY_S:
            self._seen.popleft()

    def sent(self, now_s: float, head: Aim) -> Aim | None:
        if now_s + 1e-9 < self._next_s or not self._seen:
            return None
        self._next_s = now_s + EVERY_S
        return looking(self._camera, self._wanted(now_s))

    def _wanted(self, now_s: float) -> tuple[float, float]:
        return self._seen[-1].place_m


class Plain(Naive):
    """Goes to where a straight line through the last second leads."""

    def __init__(self, camera: Camera, latency_s: float) -> None:
        super().__init__(camera)
        self._latency_s = latency_s

    def _wanted(self, now_s: float) -> tuple[float, float]:
        if len(self._seen) < 3:
            return self._seen[-1].place_m
        times = np.array([each.seen_s for each in self._seen])
        places = np.array([each.place_m for each in self._seen])
        slope, start = np.polyfit(times - now_s, places, 1)
        x, y = start + slope * (self._latency_s + EVERY_S / 2.0)
        return float(x), float(y)


class Oracle:
    """Goes to where the walker truly will be when the head gets there."""

    def __init__(self, camera: Camera, stroll: Stroll, latency_s: float, speed_dps: float) -> None:
        self._camera = camera
        self._stroll = stroll
        self._latency_s = latency_s
        self._speed_dps = speed_dps

    def heard(self, sighting: Sighting) -> None:
        """Know better."""

    def sent(self, now_s: float, head: Aim) -> Aim | None:
        meet_s = now_s + self._latency_s
        aim = looking(self._camera, self._stroll.at(meet_s))
        for _ in range(3):
            turn = abs((aim.azimuth_deg - head.azimuth_deg + 180.0) % 360.0 - 180.0)
            meet_s = now_s + self._latency_s + max(turn - 10.0, 0.0) / self._speed_dps
            aim = looking(self._camera, self._stroll.at(meet_s))
        return aim
