"""How things move: constant velocity, disturbed by white acceleration, for many tracks at once.

A covariance (4, 4) is kept as position, cross and velocity blocks of (2, 2). A box that is older
than the state it meets (cameras deliver late and out of step) is not thrown away: it is compared
with where the track was then, and corrects where it is now.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.sighting import Kind

Array = NDArray[np.float64]

_AGILITY: dict[int, float] = {Kind.VEHICLE.value: 2.0, Kind.BIKE.value: 1.5}
_AGILITY_ELSE = 0.15
"""White acceleration, as its density in m2/s3."""
_PACE_MPS: dict[int, float] = {Kind.VEHICLE.value: 6.0, Kind.BIKE.value: 3.5}
_PACE_ELSE_MPS = 1.4
"""What a velocity may be before anything is known of it: one standard deviation per axis."""


def agility(kinds: NDArray[np.int8]) -> Array:
    """Return (n,) how much acceleration to expect, in m2/s3."""
    return _by_kind(kinds, _AGILITY, _AGILITY_ELSE)


def newborn(points: Array, covariances: Array, kinds: NDArray[np.int8]) -> tuple[Array, Array]:
    """Return states (n, 4) and covariances (n, 4, 4) of tracks that have one box each."""
    count = len(points)
    means = np.zeros((count, 4))
    means[:, :2] = points
    grown = np.zeros((count, 4, 4))
    grown[:, :2, :2] = covariances
    grown[:, [2, 3], [2, 3]] = _by_kind(kinds, _PACE_MPS, _PACE_ELSE_MPS)[:, None] ** 2
    return means, grown


def advanced(
    means: Array, covariances: Array, ahead_s: Array, strength: Array
) -> tuple[Array, Array]:
    """Return states and covariances ``ahead_s`` (n,) later; new arrays."""
    step = ahead_s[:, None]
    moved = means.copy()
    moved[:, :2] += step * means[:, 2:]
    step = step[:, :, None]
    cross, pace = covariances[:, :2, 2:], covariances[:, 2:, 2:]
    jolt = (strength * ahead_s)[:, None, None] * np.eye(2)
    grown = np.empty_like(covariances)
    grown[:, :2, :2] = (
        covariances[:, :2, :2]
        + step * (cross + cross.transpose(0, 2, 1) + step * pace)
        + jolt * step**2 / 3
    )
    grown[:, :2, 2:] = cross + step * pace + jolt * step / 2
    grown[:, 2:, :2] = grown[:, :2, 2:].transpose(0, 2, 1)
    grown[:, 2:, 2:] = pace + jolt
    return moved, grown


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Where tracks were or will be at one instant, and how their states hang on it.

    ``means`` (n, 4) and ``covariances`` (n, 4, 4) are the states to be corrected: at the instant,
    or at their own later time when the instant is past. ``points`` (n, 2) and ``doubts``
    (n, 2, 2) are the places at the instant, ``links`` (n, 4, 2) the covariance of state and place.
    """

    means: Array
    covariances: Array
    points: Array
    doubts: Array
    links: Array

    def only(self, rows: NDArray[np.intp]) -> "Expected":
        """Return some of the tracks."""
        return Expected(
            self.means[rows],
            self.covariances[rows],
            self.points[rows],
            self.doubts[rows],
            self.links[rows],
        )


def expected(means: Array, covariances: Array, ahead_s: Array, strength: Array) -> Expected:
    """Return where tracks are ``ahead_s`` (n,) from their own time; negative looks back."""
    means, covariances = advanced(means, covariances, np.maximum(ahead_s, 0.0), strength)
    if not (ahead_s < 0).any():
        return Expected(
            means,
            covariances,
            means[:, :2],
            covariances[:, :2, :2],
            covariances[:, :, :2],
        )
    back = np.minimum(ahead_s, 0.0)[:, None, None]
    links = covariances[:, :, :2] + back * covariances[:, :, 2:]
    doubts = links[:, :2] + back * links[:, 2:]
    jolt = (strength * np.minimum(ahead_s, 0.0) ** 2)[:, None, None] * np.eye(2)
    points = means[:, :2] + back[:, :, 0] * means[:, 2:]
    return Expected(means, covariances, points, doubts - jolt * back / 3, links)


def corrected(state: Expected, points: Array, covariances: Array) -> tuple[Array, Array]:
    """Return states and covariances of k tracks after one box each, (k, 2) and (k, 2, 2)."""
    doubt = state.doubts + covariances
    gain = state.links @ inverse(doubt)
    means = state.means + (gain @ (points - state.points)[:, :, None])[:, :, 0]
    shrunk = state.covariances - gain @ state.links.transpose(0, 2, 1)
    return means, (shrunk + shrunk.transpose(0, 2, 1)) / 2


def inverse(matrices: Array) -> Array:
    """Return the inverses of (n, 2, 2) symmetric matrices, many times faster than in general."""
    xx, xy, yy = matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 1]
    found = np.empty_like(matrices)
    found[:, 0, 0], found[:, 1, 1] = yy, xx
    found[:, 0, 1] = found[:, 1, 0] = -xy
    return np.asarray(found / (xx * yy - xy * xy)[:, None, None])


def _by_kind(kinds: NDArray[np.int8], table: dict[int, float], otherwise: float) -> Array:
    """Return (n,) a number for every kind."""
    values = np.full(len(kinds), otherwise)
    for kind, value in table.items():
        values[kinds == kind] = value
    return values
