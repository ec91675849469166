"""Zones on the sphere around one camera: what lies in some directions, where there is no floor.

A patch is a polygon of azimuth and tilt: the windows of a house across the street, the sky over a
wall. It turns with nothing: it stays where it is while the head turns. Its edges are straight in
azimuth and tilt, so they are walked in small steps; every direction inside lies on a meridian
between two directions of the edge, and with that inside the cone that the edge spans.
"""

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.region import Patch
from orchestrator.geometry.lens import Projection

STEP_DEG = 1.0
_ACROSS = 12
"""So many directions a side are tried for how much of a patch a view shows."""

Floats = NDArray[np.float64]


@lru_cache(maxsize=256)
def directions(patch: Patch) -> Floats:
    """Return (n, 3) unit vectors, east, north, up, along the edge of a patch.

    >>> from orchestrator.domain.ids import CameraId, ZoneId
    >>> wall = Patch(ZoneId("w"), CameraId("d"), ((0.0, 0.0), (90.0, 0.0), (90.0, 45.0)))
    >>> directions(wall)[0].round(6).tolist()
    [0.0, 1.0, 0.0]
    """
    corners = _unwrapped(patch)
    edge = [
        start + (end - start) * share
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True)
        for share in np.arange(0.0, 1.0, STEP_DEG / max(STEP_DEG, float(np.abs(end - start).max())))
    ]
    return _vectors(np.array(edge))


def share_shown(camera: Camera, aim: Aim, patch: Patch) -> float:
    """Return how much of a patch a view of its camera shows, 0..1; another camera shows none."""
    if patch.camera != camera.id:
        return 0.0
    inside = _inside(patch)
    eye = Projection.of(camera.mount, camera.lens, aim)
    right, down, forward = (inside @ axis for axis in eye.axes)
    ahead = forward > 1e-6
    wide, high = eye.widest
    depth = np.where(ahead, forward, 1.0)
    shown = ahead & (np.abs(right / depth) <= wide) & (np.abs(down / depth) <= high)
    return float(shown.mean())


@lru_cache(maxsize=256)
def _inside(patch: Patch) -> Floats:
    """Return (n, 3) directions spread over a patch."""
    corners = _unwrapped(patch)
    (low_az, low_tilt), (high_az, high_tilt) = corners.min(axis=0), corners.max(axis=0)
    steps = (np.arange(_ACROSS) + 0.5) / _ACROSS
    grid = np.array(
        [
            (low_az + (high_az - low_az) * u, low_tilt + (high_tilt - low_tilt) * v)
            for u in steps
            for v in steps
        ]
    )
    area = shapely.make_valid(shapely.Polygon(corners))
    kept = grid[shapely.contains_xy(area, grid[:, 0], grid[:, 1])]
    return _vectors(kept if len(kept) else np.asarray(area.representative_point().coords))


def _unwrapped(patch: Patch) -> Floats:
    """Return the corners with azimuths that do not jump at north."""
    corners = np.asarray(patch.corners_deg, dtype=np.float64)
    turns = (np.diff(corners[:, 0]) + 180.0) % 360.0 - 180.0
    corners[1:, 0] = corners[0, 0] + np.cumsum(turns)
    return corners


def _vectors(angles_deg: Floats) -> Floats:
    azimuth, tilt = np.radians(angles_deg[:, 0]), np.radians(angles_deg[:, 1])
    level = np.cos(tilt)
    return np.column_stack([np.sin(azimuth) * level, np.cos(azimuth) * level, np.sin(tilt)])
