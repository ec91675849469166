"""Where a camera has to look to show somebody, how big they are then, and how far off the middle.

Angles are those of ``domain.camera.Aim``. Offsets in the picture are in halves of it, right and up:
0 is the middle, 1 the edge.
"""

import math
from dataclasses import dataclass

from orchestrator.domain.camera import Aim, Camera

LEAST_AWAY_M = 0.05


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody as one camera would see them: the direction of their middle, and their extent.

    ``half_deg`` is half the angle between feet and head.
    """

    azimuth_deg: float
    tilt_deg: float
    half_deg: float


def sight(camera: Camera, place_m: tuple[float, float], tall_m: float) -> Sight:
    """Return the direction of somebody who stands upright at a place on the floor."""
    mount = camera.mount
    east, north = place_m[0] - mount.x_m, place_m[1] - mount.y_m
    away = max(math.hypot(east, north), LEAST_AWAY_M)
    feet = math.degrees(math.atan2(-mount.height_m, away))
    head = math.degrees(math.atan2(tall_m - mount.height_m, away))
    azimuth = math.degrees(math.atan2(east, north)) % 360.0
    return Sight(azimuth, (feet + head) / 2.0, (head - feet) / 2.0)


def aim_on(camera: Camera, seen: Sight, share: float) -> Aim:
    """Return the aim that has somebody in the middle, ``share`` of the picture tall.

    The lens decides where that is too wide or too narrow for it.
    """
    lens = camera.lens
    half = math.tan(math.radians(seen.half_deg)) / share * lens.width_px / lens.height_px
    hfov = math.degrees(2.0 * math.atan(half))
    hfov = min(max(hfov, lens.hfov_tele_deg), lens.hfov_wide_deg)
    return Aim(seen.azimuth_deg, seen.tilt_deg, hfov)


def size_in(camera: Camera, hfov_deg: float, seen: Sight) -> float:
    """Return how tall somebody is in the middle of a picture, as a share of its height."""
    lens = camera.lens
    half = math.tan(math.radians(hfov_deg) / 2.0) * lens.height_px / lens.width_px
    return math.tan(math.radians(seen.half_deg)) / half


def offset(camera: Camera, aim: Aim, seen: Sight) -> tuple[float, float]:
    """Return where somebody's middle is in the picture, in halves of it; infinite behind it.

    >>> from orchestrator.domain.camera import Lens, Mount
    >>> from orchestrator.domain.ids import CameraId
    >>> gate = Camera(CameraId("gate"), "192.0.2.1", 80, "gate", Mount(0, 0, 4, 0.0, 0.0),
    ...               Lens(90.0, 90.0, 640, 640))
    >>> right, up = offset(gate, Aim(0.0, 0.0, 90.0), Sight(45.0, 0.0, 1.0))
    >>> round(right, 6), round(up, 6)
    (1.0, 0.0)
    """
    turn = math.radians(seen.azimuth_deg - aim.azimuth_deg)
    there, here = math.radians(seen.tilt_deg), math.radians(aim.tilt_deg)
    ahead = math.cos(there) * math.cos(turn)
    forward = ahead * math.cos(here) + math.sin(there) * math.sin(here)
    if forward <= 1e-6:
        return math.inf, math.inf
    right = math.cos(there) * math.sin(turn)
    up = math.sin(there) * math.cos(here) - ahead * math.sin(here)
    half = math.tan(math.radians(aim.hfov_deg) / 2.0)
    tall = half * camera.lens.height_px / camera.lens.width_px
    return right / forward / half, up / forward / tall


def off_centre(camera: Camera, aim: Aim, seen: Sight) -> float:
    """Return how far off the middle somebody is by the worse axis, in halves of the picture."""
    return max(abs(each) for each in offset(camera, aim, seen))
