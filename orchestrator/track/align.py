"""How far each camera's floor is off: learned while people walk.

A calibration is never exact: a mast leans, a lens bends, somebody stood a ladder against it. What
it does to floor points is nearly the same for neighbouring points, so it is taken as an affine
map of the floor (six numbers a camera) around a place the camera sees. Everybody whom another
camera saw a moment ago tells how far this one is off: a linear regression in information form,
with the calibration as the prior. What is not learned yet is doubt and widens the covariance of
the boxes; what is learned is taken off their places. The cameras that agree win; the floor as a
whole cannot wander off, since the prior never fades.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.alignment import FEATURES, Alignment

Array = NDArray[np.float64]

REACH_M = 10.0
"""Slopes are written per so many metres."""
OFFSET_SIGMA_M = 0.1
"""How far a calibration is off before anything is known: one standard deviation."""
SLOPE_SIGMA_M = 0.3
"""And how much more ``REACH_M`` away."""
USUAL_SIGMAS, WEIGHINGS = 2.0, 3
"""A calibration that is further off than usual is a wrong one, and counts the less (Huber)."""
UNMODELLED_M = 0.15
"""What an affine map leaves over; also keeps one who stands still from teaching too much."""
OUTLIER = 9.0
"""Squared, in standard deviations: an innovation further off teaches no more than this one."""
MEMORY_S = 900.0
DISPLACED_M = 0.5
SURE_SIGMAS = 3.0
_PRIOR = np.diag([OFFSET_SIGMA_M, SLOPE_SIGMA_M, SLOPE_SIGMA_M]) ** 2
_PRIOR_INFORMATION: Array = np.linalg.inv(_PRIOR)


def aligned(known: Alignment, points: Array, covariances: Array) -> tuple[Array, Array]:
    """Return (n, 2) points and (n, 2, 2) covariances with what is known of their camera applied."""
    if known.anchor_m is None:
        return points, covariances + (OFFSET_SIGMA_M**2) * np.eye(2)
    features, (doubt, off) = _features(known, points), _solved(known)
    moved = points - features @ off
    spread = ((features @ doubt) * features).sum(axis=1)
    return moved, covariances + spread[:, None, None] * np.eye(2)


def offset_m(known: Alignment, points: Array) -> Array:
    """Return (n, 2): how far the camera's floor is off at each of its own points."""
    return np.asarray(_features(known, points) @ _solved(known)[1])


@lru_cache(maxsize=256)
def _solved(known: Alignment) -> tuple[Array, Array]:
    """Return (3, 3) the doubt about a floor's map, and (3, 2) the map; asked often between lessons."""
    prior = _PRIOR_INFORMATION
    for _ in range(WEIGHINGS):
        doubt = np.asarray(np.linalg.inv(known.information + prior), dtype=np.float64)
        off = doubt @ known.evidence
        sigmas = float(np.hypot(*off[0])) / OFFSET_SIGMA_M
        prior = _PRIOR_INFORMATION * min(1.0, USUAL_SIGMAS / max(sigmas, USUAL_SIGMAS))
    return doubt, off


def displaced_m(known: Alignment) -> float | None:
    """Return how far a camera's floor is off where it looks, once that is known for certain.

    A calibration is some decimetres off; more than ``DISPLACED_M`` says that it is wrong, or that
    the camera was moved since.
    """
    if known.anchor_m is None:
        return None
    doubt, off = _solved(known)
    off_m = float(np.hypot(*off[0]))
    sure = SURE_SIGMAS * float(np.sqrt(doubt[0, 0])) < off_m - DISPLACED_M
    return off_m if sure else None


def taught(
    known: Alignment,
    points: Array,
    covariances: Array,
    places: Array,
    doubts: Array,
    *,
    at_s: float,
) -> Alignment:
    """Return what is known after k boxes of people whom other cameras had just seen.

    ``points`` (k, 2) and ``covariances`` (k, 2, 2) are the boxes' as geometry gave them, ``places``
    and ``doubts`` where these people were expected without them.
    """
    if len(points) == 0:
        return known
    if known.anchor_m is None:
        x_m, y_m = np.median(points, axis=0).tolist()
        known = replace(known, anchor_m=(x_m, y_m), at_s=at_s)
    off = points - places
    spread = covariances + doubts
    weights = _weights(off - offset_m(known, points), spread + UNMODELLED_M**2 * np.eye(2))
    features = _features(known, points)
    fade = float(np.exp(-max(at_s - known.at_s, 0.0) / MEMORY_S))
    return replace(
        known,
        information=fade * known.information + (features.T * weights) @ features,
        evidence=fade * known.evidence + (features.T * weights) @ off,
        at_s=max(at_s, known.at_s),
    )


def _features(known: Alignment, points: Array) -> Array:
    """Return (n, 3): one, and how far each point is from the anchor."""
    features = np.ones((len(points), FEATURES))
    features[:, 1:] = (points - (known.anchor_m or (0.0, 0.0))) / REACH_M
    return features


def _weights(off: Array, spread: Array) -> Array:
    """Return (k,) the information in each difference, per axis; less for what is far off (Huber)."""
    xx, xy, yy = spread[:, 0, 0], spread[:, 0, 1], spread[:, 1, 1]
    area = xx * yy - xy * xy
    far = (yy * off[:, 0] ** 2 - 2 * xy * off[:, 0] * off[:, 1] + xx * off[:, 1] ** 2) / area
    return np.asarray(np.minimum(1.0, np.sqrt(OUTLIER / np.maximum(far, 1e-9))) / np.sqrt(area))
