"""Which of many aims certainly do not see a zone: frustum culling, for privacy along a whole way.

A zone is the prism over its polygon, or a patch of directions. A view is blind to it when one side of its pyramid, widened
by a margin, has every corner of the prism behind it. The other way round proves nothing: an aim
that is not proved blind may still not see the zone, so the answer errs towards privacy. Walls and
distance are no excuse. A way of 200 aims costs about what one exact question to ``fov.sees`` does.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.region import Patch, Region, Ring
from orchestrator.geometry.patch import directions

HEIGHT_M = 2.0
"""How tall the space over a zone is that nobody may look into."""

Floats = NDArray[np.float64]


def blind(
    camera: Camera, aims: Sequence[Aim], region: Region, margin_deg: float
) -> NDArray[np.bool_]:
    """Return (n,) which aims certainly see nothing of the prism over a ring, or of a patch.

    >>> from orchestrator.domain.camera import Lens, Mount
    >>> from orchestrator.domain.ids import CameraId
    >>> dome = Camera(CameraId("d"), "192.0.2.1", 80, "d", Mount(0, 0, 6, 0.0, 0.0),
    ...               Lens(60.0, 60.0, 640, 360))
    >>> bench = ((9.0, -1.0), (11.0, -1.0), (11.0, 1.0), (9.0, 1.0))
    >>> blind(dome, [Aim(270.0, -20.0, 60.0), Aim(90.0, -20.0, 60.0)], bench, 2.0).tolist()
    [True, False]
    """
    if isinstance(region, Patch) and region.camera != camera.id:
        return np.ones(len(aims), dtype=bool)
    away = offsets(camera, region)
    right, down, forward = _axes(aims, camera.mount.roll_deg)
    half = np.radians(np.array([aim.hfov_deg for aim in aims])) / 2
    tall = np.arctan(np.tan(half) * camera.lens.height_px / camera.lens.width_px)
    margin = np.radians(margin_deg)
    outside = [
        _behind(forward, sign * axis, np.minimum(angle + margin, np.radians(89.0)), away)
        for axis, angle in ((right, half), (down, tall))
        for sign in (-1.0, 1.0)
    ]
    return np.asarray(np.any(outside, axis=0))


def _behind(forward: Floats, axis: Floats, angle: Floats, offsets: Floats) -> NDArray[np.bool_]:
    """Return (n,) whether all corners lie behind the face that opens by ``angle`` along ``axis``."""
    normal = forward * np.sin(angle)[:, None] + axis * np.cos(angle)[:, None]
    return np.asarray((normal @ offsets.T < 0.0).all(axis=1))


def offsets(camera: Camera, region: Region) -> Floats:
    """Return (k, 3) points from the camera whose hull, drawn out from it, holds the region."""
    if isinstance(region, Patch):
        return directions(region)
    mount = camera.mount
    offsets: Floats = _corners(region) - np.array([mount.x_m, mount.y_m, mount.height_m])
    return offsets


def _corners(ring: Ring) -> Floats:
    """Return (2 k, 3) the corners of the prism."""
    floor = np.asarray(ring, dtype=np.float64)
    return np.vstack(
        [np.column_stack([floor, np.full(len(floor), level)]) for level in (0.0, HEIGHT_M)]
    )


def _axes(aims: Sequence[Aim], roll_deg: float) -> tuple[Floats, Floats, Floats]:
    """Return right, down and forward of every aim, each (n, 3), in world axes."""
    azimuth = np.radians(np.array([aim.azimuth_deg for aim in aims]))
    tilt = np.radians(np.array([aim.tilt_deg for aim in aims]))
    east, north, level, rise = np.sin(azimuth), np.cos(azimuth), np.cos(tilt), np.sin(tilt)
    forward = np.stack([east * level, north * level, rise], axis=1)
    right = np.stack([north, -east, np.zeros_like(east)], axis=1)
    down = np.stack([east * rise, north * rise, -level], axis=1)
    roll = np.radians(roll_deg)
    return (
        right * np.cos(roll) + down * np.sin(roll),
        down * np.cos(roll) - right * np.sin(roll),
        forward,
    )
