"""Zones on the sphere around a camera, laid flat on the plan around where it stands.

Such a zone has no place on the floor, only directions. Its azimuth is drawn as it is; of its tilt, the
horizon is a circle round the camera, what is above lies outside it and what is below inside.
"""

import numpy as np

from orchestrator.domain.camera import Camera
from orchestrator.domain.region import Patch, Ring
from orchestrator.geometry.patch import directions

HORIZON = 0.09
"""How far the horizon is drawn from its camera, as a share of the plan's width."""


def laid_flat(patch: Patch, camera: Camera, horizon_m: float) -> Ring:
    """Return the outline of a patch on the plan, in metres; straight down is the camera itself.

    >>> from orchestrator.domain.camera import Lens, Mount
    >>> from orchestrator.domain.ids import CameraId, ZoneId
    >>> dome = Camera(CameraId("d"), "h", 80, "d", Mount(10, 5, 6, 0, 0), Lens(60, 60, 64, 36), None)
    >>> house = Patch(ZoneId("h"), dome.id, ((89.0, 0.0), (90.0, 0.0), (90.0, 9.0)))
    >>> [(round(x, 1), round(y, 1)) for x, y in laid_flat(house, dome, 2.0)[1:3]]
    [(12.0, 5.0), (12.0, 5.0)]
    """
    east, north, up = directions(patch).T
    azimuth, tilt_deg = np.arctan2(east, north), np.degrees(np.arcsin(np.clip(up, -1.0, 1.0)))
    away_m = horizon_m * (90.0 + tilt_deg) / 90.0
    x_m = camera.mount.x_m + away_m * np.sin(azimuth)
    y_m = camera.mount.y_m + away_m * np.cos(azimuth)
    return tuple(zip(x_m.tolist(), y_m.tolist(), strict=True))


def named(patch: Patch) -> str:
    """Return a patch's name, and between which tilts it lies."""
    tilts = [tilt for _, tilt in patch.corners_deg]
    return f"{patch.id} ({min(tilts):g} to {max(tilts):g} deg)"
