"""How wide a picture of somebody has to be: as tight as what is not known of them allows."""

import math
from dataclasses import dataclass
from typing import Final

from orchestrator.domain.camera import Aim, Camera
from orchestrator.geometry.sight import Sight, aim_on, sight, size_in
from orchestrator.steer.follow.quarry import Quarry

SHARES: Final = (0.5, 0.45, 0.4, 0.35, 0.3, 0.26)
"""How tall somebody is held in the picture, best first; where the lens is too short, smaller."""
LEAST: Final = 0.2
MOST: Final = 0.6
"""Smaller or taller than this nobody counts as shown."""
SAFE: Final = 4.0
"""So many sigma from where they would be lost is safe; a tighter picture than that is not asked for."""
EDGE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of the target: where to look, the target in it, and how far off they may be."""

    aim: Aim
    seen: Sight
    doubt: float


def framed(camera: Camera, quarry: Quarry, then_s: float) -> Frame:
    """Return the tightest picture that is safe against what is not known of the target.

    A wider one forgives more about where they are; one in which they are about a third of its
    height forgives most about how far they are.
    """
    doubt_m = quarry.doubt_m(then_s)
    seen = sight(camera, quarry.where(then_s), quarry.tall_m)
    sizes = _size_doubt(camera, quarry, then_s, doubt_m)
    best, most = None, -math.inf
    for share in SHARES:
        aim = aim_on(camera, seen, share)
        doubt = _off_doubt(camera, aim, seen, doubt_m)
        size = size_in(camera, aim.hfov_deg, seen)
        safe = min(EDGE / doubt, math.log(size / LEAST) / sizes, math.log(MOST / size) / sizes)
        if best is None or safe > most:
            best, most = Frame(aim, seen, doubt), safe
        if safe >= SAFE:
            break
    assert best is not None, "there is a share to try"
    return best


def _off_doubt(camera: Camera, aim: Aim, seen: Sight, doubt_m: float) -> float:
    """Return how far off the middle they may be, one sigma, in halves of the picture."""
    down = math.sin(math.radians(-seen.tilt_deg))
    away_m = max((camera.mount.height_m - 0.9) / max(down, 0.02), 1.0)
    half = math.tan(math.radians(aim.hfov_deg) / 2.0)
    tall = half * camera.lens.height_px / camera.lens.width_px
    return max(doubt_m / half, doubt_m * down / tall) / away_m + 1e-6


def _size_doubt(camera: Camera, quarry: Quarry, then_s: float, doubt_m: float) -> float:
    """Return by how much their size may be another, one sigma, as a logarithm."""
    x, y = quarry.where(then_s)
    mount = camera.mount
    away = max(math.hypot(x - mount.x_m, y - mount.y_m), 0.05)
    near, here, far = (
        _extent(mount.height_m, each, quarry.tall_m)
        for each in (max(away - doubt_m, 0.05), away, away + doubt_m)
    )
    return max(abs(math.log(near / here)), abs(math.log(far / here)), 0.02)


def _extent(height_m: float, away_m: float, tall_m: float) -> float:
    """Return the angle from feet to head."""
    return abs(math.atan2(tall_m - height_m, away_m) - math.atan2(-height_m, away_m)) + 1e-6
