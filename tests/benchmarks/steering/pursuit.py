"""One head after one walker in virtual time: the simulator's motors, and who steers them.

Whoever steers hears what the product hears: noisy places, late, and where the head was a moment
ago. What is judged is the truth, twenty times a second: the middle of the body is in the picture,
and the body is 0.2 to 0.6 of its height.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from orchestrator.domain.camera import Aim, Camera, Lens, Mount, PtzRange
from orchestrator.domain.ids import CameraId
from orchestrator.geometry.ptz import pose_of
from simulators import heads
from tests.benchmarks.steering.strolls import STEP_S, Scene, Sighting, Stroll

SPEED_DPS: Final = 200.0
ACCELERATION_DPS2: Final = 400.0
LATENCY_S: Final = 0.15
JITTER: Final = 0.3
POLL_S: Final = 0.08
WIDE_DEG: Final = 60.0
TELE_DEG: Final = 12.0
LEAST, MOST = 0.2, 0.6
TALL_M: Final = 1.75
ACQUIRED_S: Final = 0.3


def camera_of(scene: Scene) -> Camera:
    """Return the head that stands in a scene; it turns full circle, the short way."""
    x, y, height = scene.camera_m
    return Camera(
        CameraId("dome"),
        "192.0.2.7",
        80,
        "dome",
        Mount(x, y, height, 0.0, 0.0),
        Lens(WIDE_DEG, TELE_DEG, 1280, 720),
        PtzRange(-180.0, 180.0, -90.0, 20.0, SPEED_DPS, SPEED_DPS),
    )


class Follower(Protocol):
    """Who steers a head by aims."""

    def heard(self, sighting: Sighting) -> None:
        """Take in where the walker was."""

    def sent(self, now_s: float, head: Aim) -> Aim | None:
        """Return where to send the head now; None to let it be. ``head`` is a moment old."""


@dataclass
class Score:
    """What came of one episode; times in seconds."""

    lasts_s: float = 0.0
    acquired_s: float | None = None
    on_s: float = 0.0
    after_s: float = 0.0
    on_after_s: float = 0.0
    losses: int = 0
    moves: int = 0
    offs: list[float] = field(default_factory=list)


def played(
    scene: Scene, stroll: Stroll, heard: Sequence[Sighting], follower: Follower, seed: int
) -> Score:
    """Return what comes of one walk."""
    dice = random.Random(seed)
    camera = camera_of(scene)
    motors = _motors(camera, dice)
    recent: list[tuple[float, Aim]] = []
    score, waiting = Score(stroll.lasts_s), list(reversed(heard))
    next_poll_s, was_on, since_s = 0.0, False, math.inf
    for step in range(round(stroll.lasts_s / STEP_S)):
        now_s = step * STEP_S
        recent.append((now_s, _aim(motors)))
        while waiting and waiting[-1].told_s <= now_s + 1e-9:
            follower.heard(waiting.pop())
        if now_s + 1e-9 >= next_poll_s:
            next_poll_s += POLL_S
            goal = follower.sent(now_s, _told(recent, now_s))
            if goal is not None:
                pose = pose_of(camera, goal)
                motors.go(heads.Pose(pose.pan, pose.tilt, pose.zoom))
                score.moves += 1
        motors.step(STEP_S)
        on, off = judged(camera, _aim(motors), stroll.at(now_s + STEP_S))
        since_s = min(since_s, now_s) if on else math.inf
        if score.acquired_s is None and now_s + STEP_S - since_s >= ACQUIRED_S - 1e-9:
            score.acquired_s = since_s
        score.on_s += on * STEP_S
        if score.acquired_s is not None:
            score.after_s += STEP_S
            score.on_after_s += on * STEP_S
            score.losses += was_on and not on
            if on:
                score.offs.append(off)
            was_on = on
    return score


def _told(recent: Sequence[tuple[float, Aim]], now_s: float) -> Aim:
    """Return where the head was as late as it tells."""
    late = (aim for at_s, aim in reversed(recent) if at_s <= now_s - LATENCY_S)
    return next(late, recent[0][1])


def judged(camera: Camera, aim: Aim, place_m: tuple[float, float]) -> tuple[bool, float]:
    """Return whether a picture shows somebody as it should, and how far off its middle.

    Written apart from the product's own geometry, so that both must be right to agree.
    """
    mount, lens = camera.mount, camera.lens
    a, t = math.radians(aim.azimuth_deg), math.radians(aim.tilt_deg)
    forward = np.array([math.sin(a) * math.cos(t), math.cos(a) * math.cos(t), math.sin(t)])
    right = np.array([math.cos(a), -math.sin(a), 0.0])
    up = np.cross(right, forward)
    x, y = place_m[0] - mount.x_m, place_m[1] - mount.y_m
    half_w = math.tan(math.radians(aim.hfov_deg) / 2.0)
    half_h = half_w * lens.height_px / lens.width_px
    picture = []
    for height_m in (0.0, TALL_M / 2.0, TALL_M):
        ray = np.array([x, y, height_m - mount.height_m])
        depth = float(ray @ forward)
        if depth <= 0.0:
            return False, math.inf
        picture.append((float(ray @ right) / depth / half_w, float(ray @ up) / depth / half_h))
    off = max(abs(picture[1][0]), abs(picture[1][1]))
    size = math.hypot(picture[2][0] - picture[0][0], picture[2][1] - picture[0][1]) / 2.0
    return off <= 1.0 and LEAST <= size <= MOST, off


def _motors(camera: Camera, dice: random.Random) -> heads.Motors:
    spread = LATENCY_S * JITTER
    spec = heads.PtzSpec(
        pan_deg=(-180.0, 180.0),
        tilt_deg=(-90.0, 20.0),
        pan_dps=SPEED_DPS,
        tilt_dps=SPEED_DPS,
        pan_dps2=ACCELERATION_DPS2,
        tilt_dps2=ACCELERATION_DPS2,
        latency_s=(LATENCY_S - spread, LATENCY_S + spread),
        endless=True,
    )
    rest = heads.Aim(camera.mount.azimuth_deg, 0.0, WIDE_DEG)
    motors = heads.Motors(spec, rest, WIDE_DEG, TELE_DEG, dice)
    motors.place(heads.Pose(dice.uniform(-1.0, 1.0), 0.5, dice.uniform(0.0, 1.0)))
    return motors


def _aim(motors: heads.Motors) -> Aim:
    now = motors.head().aim
    return Aim(now.azimuth_deg, now.tilt_deg, now.hfov_deg)
