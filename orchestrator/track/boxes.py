"""Boxes on the floor, and what it costs to take one for a track's.

A pair costs its squared Mahalanobis distance plus the log-determinant of the joint covariance:
without the second term a track nobody has seen for long, doubtful and therefore near to
everything, would steal the boxes of others. What a pair may cost before a stranger is the likelier
explanation depends on how many others are about: in an empty yard somebody who comes back after
seconds out of sight is believed over metres, in a crowd over a few decimetres.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from orchestrator.domain.ids import CameraId
from orchestrator.domain.tracks import Tracks
from orchestrator.track.appearance import likeness
from orchestrator.track.motion import Expected

Array = NDArray[np.float64]

GATE = 13.8
"""Squared Mahalanobis distance on two axes that one true pair in a thousand exceeds."""
LONELY_PER_M2 = 0.003
"""How many strangers to expect on a square metre where nobody is known to be."""
NEAR_M = 6.0
CROWD = 0.4
"""Share of those known to be within ``NEAR_M`` that may be mistaken for one another."""
UNCONFIRMED_COST = 3.0
"""What a track that is not confirmed pays extra: a target's box is not lost to a ghost."""


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """The boxes of one frame as they stand on the floor: n rows, and who saw them when.

    ``points`` (n, 2) m and ``covariances`` (n, 2, 2) m2 are floor points, ``appearances`` (n, d) how
    what is in them looks (NaN: nobody could tell). Of a ``steady`` camera, one that always looks
    the same way, is learned how far its floor is off.
    """

    points: Array
    covariances: Array
    kinds: NDArray[np.int8]
    scores: NDArray[np.floating]
    appearances: NDArray[np.floating]
    camera: CameraId
    at_s: float
    steady: bool = True

    def only(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Boxes":
        """Return some of the boxes."""
        return replace(
            self,
            points=self.points[rows],
            covariances=self.covariances[rows],
            kinds=self.kinds[rows],
            scores=self.scores[rows],
            appearances=self.appearances[rows],
        )


def gains(tracks: Tracks, state: Expected, boxes: Boxes) -> Array:
    """Return (boxes, tracks): how much less likely a stranger is than each pair, as a negative.

    Twice the logarithm of a ratio of densities; zero where a stranger is likelier, or where the
    pair cannot be.
    """
    off = boxes.points[:, None] - state.points
    doubt = boxes.covariances[:, None] + state.doubts
    xx, xy, yy = doubt[..., 0, 0], doubt[..., 0, 1], doubt[..., 1, 1]
    area = xx * yy - xy * xy
    far = (
        yy * off[..., 0] ** 2 - 2 * xy * off[..., 0] * off[..., 1] + xx * off[..., 1] ** 2
    ) / area
    cost = far + np.log(area) + np.where(tracks.confirmed, 0.0, UNCONFIRMED_COST)
    if tracks.looks.any():
        cost -= 2.0 * likeness(
            tracks.appearances, tracks.looks, boxes.appearances, within=tracks.within
        )
    possible = (far <= GATE) & (boxes.kinds[:, None] == tracks.kinds)
    return np.where(possible, np.minimum(cost - _patience(tracks, off), 0.0), 0.0)


def _patience(tracks: Tracks, off: Array) -> Array:
    """Return (boxes, tracks): what a pair may cost, given how many others are about."""
    near = (off[..., 0] ** 2 + off[..., 1] ** 2 <= NEAR_M**2) & tracks.confirmed
    others = near.sum(axis=1, keepdims=True) - near
    strangers_per_m2 = LONELY_PER_M2 + CROWD * others / (np.pi * NEAR_M**2)
    return np.asarray(-2.0 * np.log(2.0 * np.pi * strangers_per_m2))


def pairs(gains: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the boxes and tracks of the best assignment; what gains nothing stays single."""
    boxes, rows = linear_sum_assignment(gains)
    worth = gains[boxes, rows] < 0
    return boxes[worth], rows[worth]
