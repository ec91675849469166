"""The courses a target may take in the next seconds: a fan of headings and paces.

A heading is the less certain the slower somebody walks, since the doubt of a velocity is about
the same for all. A step that would end in a wall keeps the part of it that runs along the wall.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.target import Target
from orchestrator.handoff.ground import Ground

Array = NDArray[np.float64]

HORIZON_S = 6.0
STEP_S = 0.25
_HEADINGS = np.array([0.0, -0.7, 0.7, -1.5, 1.5])
"""In standard deviations of the heading; the straight course comes first."""
_PACES = np.array([1.0, 0.75, 1.25])
_HEADING_SIGMA_RAD = float(np.radians(12.0))
_PACE_SIGMA_MPS = 0.2
_HEADING_SIGMA_MAX_RAD = 1.2


def _bell(deviations: Array) -> Array:
    """Return weights of a bell curve that add up to one."""
    weights = np.exp(-0.5 * deviations**2)
    return np.asarray(weights / weights.sum())


WEIGHTS: Array = np.outer(_bell(_HEADINGS), _bell((_PACES - 1.0) / 0.25)).ravel()
"""(k,) how likely each of the k courses is; they add up to one."""


def courses(targets: Sequence[Target], ground: Ground) -> Array:
    """Return (targets, k, steps, 2): places in metres every ``STEP_S``, the first one now."""
    places = np.array([target.position_m for target in targets]).reshape(-1, 1, 2)
    stride = _velocities(targets) * STEP_S
    places = np.broadcast_to(places, stride.shape)
    walked = [places]
    for _ in range(round(HORIZON_S / STEP_S)):
        places = _stepped(places, stride, ground)
        walked.append(places)
    return np.stack(walked, axis=2)


def _velocities(targets: Sequence[Target]) -> Array:
    """Return (targets, k, 2): the velocity of every course, in m/s."""
    velocities = np.array([target.velocity_mps for target in targets]).reshape(-1, 2)
    speeds = np.hypot(velocities[:, 0], velocities[:, 1])
    sigma = np.hypot(_HEADING_SIGMA_RAD, _PACE_SIGMA_MPS / np.maximum(speeds, 0.1))
    turns = np.minimum(sigma, _HEADING_SIGMA_MAX_RAD)[:, None] * _HEADINGS
    headings = np.arctan2(velocities[:, 1], velocities[:, 0])[:, None] + turns
    paces = speeds[:, None, None] * _PACES
    east, north = np.cos(headings)[:, :, None] * paces, np.sin(headings)[:, :, None] * paces
    return np.stack([east, north], axis=-1).reshape(len(targets), -1, 2)


def _stepped(places: Array, stride: Array, ground: Ground) -> Array:
    """Return the places one step on, along walls where one is in the way."""
    ahead = places + stride
    blocked = ground.walled[ground.cells(ahead)] & ~ground.walled[ground.cells(places)]
    if not blocked.any():
        return ahead
    for axis in (0, 1):
        along = places.copy()
        along[..., axis] = ahead[..., axis]
        free = blocked & ~ground.walled[ground.cells(along)]
        ahead = np.where(free[..., None], along, ahead)
        blocked &= ~free
    return np.where(blocked[..., None], places, ahead)
