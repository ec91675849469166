"""Where a camera stands and looks, from pairs of a place in its picture and a place on the plan.

Photogrammetry calls it resection. Several starts around the points are tried with the angle
between what a pixel looks along and where its point lies, which is smooth even behind the camera;
the best are refined in pixels. Each pair counts by its own doubt: that of a click, and that of a
place on a plan, which is many pixels near the camera and none far away. A pair that does not fit
the others is found by leaving each out in turn, since least squares bend the camera towards it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Aim, Camera, Mount, PtzPose
from orchestrator.geometry.bend import coarser, unbent
from orchestrator.geometry.ptz import aim_of

Array = NDArray[np.float64]

CLICK_SIGMA_PX = 2.0
PLAN_SIGMA_M = 0.05
WRONG = 12.0
"""A pair is wrong when the others fit so much better without it, in variances."""
UNSURE = 9.0
"""Two pairs that are nearer than this to each other cannot be told apart."""
POSE = 6
"""Place, height, azimuth, tilt and roll; the focal length is the seventh number."""
FOCAL_STEPS = (-0.35, 0.35)
"""Other focal lengths to start from, as logarithms of what is written."""
_DEPTH_M = 1e-3
_LEAST = np.array([-1e4, -1e4, 0.3, -20.0, -20.0, -20.0, -1.5])
_MOST = np.array([1e4, 1e4, 200.0, 20.0, 20.0, 20.0, 1.5])
"""No camera hangs lower or higher, and no lens is so many times as long as written."""


@dataclass(frozen=True, slots=True, eq=False)
class Sights:
    """Pairs as arrays, in the order of the pairs.

    ``pixels`` (n, 2) are counted from the middle, as a lens that bends nothing would show them;
    ``points`` (n, 3) m; ``turns`` (n, 2) deg; ``focal_px`` (n,) is as written; a click is unsure
    by ``click_px`` (n,).
    """

    pixels: Array
    points: Array
    turns: Array
    focal_px: Array
    click_px: Array

    @classmethod
    def of(cls, pairs: Sequence[Pair], camera: Camera) -> "Sights":
        """Return pairs as arrays."""
        lens, mount = camera.lens, camera.mount
        aims = [stood_at(camera, pair) for pair in pairs]
        middle = np.array([lens.width_px / 2, lens.height_px / 2])
        hfov = np.radians([aim.hfov_deg for aim in aims])
        off_px = np.array([(pair.u_px, pair.v_px) for pair in pairs]) - middle
        return cls(
            unbent(off_px, lens.bend, lens.width_px),
            np.array([(pair.x_m, pair.y_m, pair.z_m) for pair in pairs]),
            np.array(
                [(a.azimuth_deg - mount.azimuth_deg, a.tilt_deg - mount.tilt_deg) for a in aims]
            ),
            lens.width_px / 2 / np.tan(hfov / 2) / (1.0 + lens.bend),
            CLICK_SIGMA_PX * coarser(off_px, lens.bend, lens.width_px)[:, 0],
        )

    @property
    def one_plane(self) -> bool:
        """Say whether all are on one level and were seen by a camera that did not move."""
        moved = np.ptp(self.turns, axis=0).any() or np.ptp(self.focal_px) > 1e-9
        return not moved and bool(np.ptp(self.points[:, 2]) < 1e-6)

    def only(self, rows: NDArray[np.bool_]) -> "Sights":
        """Return some of the pairs."""
        parts = (self.pixels, self.points, self.turns, self.focal_px, self.click_px)
        return Sights(*(part[rows] for part in parts))


def stood_at(camera: Camera, pair: Pair) -> Aim:
    """Return where a camera looked when a pair was taken, by its mount as it is written."""
    if isinstance(pair.stood, Aim):
        return pair.stood
    return aim_of(camera, pair.stood or PtzPose(0.0, 0.0, 0.0))


def numbers_of(mount: Mount) -> Array:
    """Return a mount as the solver's numbers: x, y, height, azimuth, tilt, roll, log of focal."""
    angles = np.radians([mount.azimuth_deg, mount.tilt_deg, mount.roll_deg])
    return np.array([mount.x_m, mount.y_m, mount.height_m, *angles, 0.0])


def _around(sights: Sights) -> list[Array]:
    """Return cameras all around the points that look at their middle."""
    middle, turn = sights.points.mean(axis=0), np.radians(sights.turns.mean(axis=0))
    away_m = 2.0 * float(np.hypot(*sights.points[:, :2].std(axis=0))) + 1.0
    starts = []
    for azimuth in np.arange(0, 2 * np.pi, np.pi / 4):
        x_m, y_m = middle[:2] - away_m * np.array([np.sin(azimuth), np.cos(azimuth)])
        tilt = -np.arctan2(5.0, away_m)
        starts.append(np.array([x_m, y_m, 5.0, azimuth - turn[0], tilt - turn[1], 0.0, 0.0]))
    return starts


def pose_of_plane(sights: Sights, focal: float) -> list[Array]:
    """Return the pose that the homography of points on one level has, for a focal length.

    Its columns are those of the rotation and the translation, up to a factor (Zhang 2000). None
    where the points are not on one level, or were seen by a head at more than one pose.
    """
    if not sights.one_plane:
        return []
    middle = np.append(sights.points[:, :2].mean(axis=0), sights.points[0, 2])
    flat = np.column_stack([(sights.points - middle)[:, :2], np.ones(len(sights.points))])
    seen = sights.pixels / (sights.focal_px * np.exp(focal))[:, None]
    none = np.zeros_like(flat)
    rows = np.vstack(
        [np.hstack([flat, none, -seen[:, :1] * flat]), np.hstack([none, flat, -seen[:, 1:] * flat])]
    )
    plane = np.linalg.svd(rows)[2][-1].reshape(3, 3)
    size = np.sqrt(np.linalg.norm(plane[:, 0]) * np.linalg.norm(plane[:, 1]))
    if size < 1e-9:
        return []
    plane *= np.sign(plane[2, 2] or 1.0) / size
    first, second, shift = plane.T
    left, _, right = np.linalg.svd(np.column_stack([first, second, np.cross(first, second)]))
    axes = left @ np.diag([1.0, 1.0, np.linalg.det(left @ right)]) @ right
    place, forward = middle - axes.T @ shift, axes[2]
    tilt = np.arcsin(np.clip(forward[2], -1.0, 1.0))
    azimuth = np.arctan2(forward[0], forward[1])
    level = np.array([np.cos(azimuth), -np.sin(azimuth), 0.0])
    roll = np.arctan2(-axes[1] @ level, axes[0] @ level)
    turn = np.radians(sights.turns[0])
    return [np.array([*place, azimuth - turn[0], tilt - turn[1], roll, focal])]


def _local(sights: Sights, found: Array) -> Array:
    """Return (n, 3): right, down and forward of each point from the camera, in metres."""
    azimuth, tilt = found[3:5, None] + np.radians(sights.turns.T)
    north, east, zero = np.cos(azimuth), np.sin(azimuth), np.zeros_like(azimuth)
    right = np.stack([north, -east, zero])
    down = np.stack([east * np.sin(tilt), north * np.sin(tilt), -np.cos(tilt)])
    forward = np.stack([east * np.cos(tilt), north * np.cos(tilt), np.sin(tilt)])
    lean, across = np.cos(found[5]), np.sin(found[5])
    axes = np.stack([lean * right + across * down, lean * down - across * right, forward])
    return np.asarray(np.einsum("kin,ni->nk", axes, sights.points - found[:3]))


def _angles_off(sights: Sights, found: Array) -> Array:
    """Return (3n,): what pixels look along less where points lie, about in pixels."""
    focal_px = sights.focal_px * np.exp(found[POSE])
    seen = np.column_stack([sights.pixels / focal_px[:, None], np.ones(len(focal_px))])
    local = _local(sights, found)
    seen /= np.linalg.norm(seen, axis=1, keepdims=True)
    local /= np.maximum(np.linalg.norm(local, axis=1, keepdims=True), _DEPTH_M)
    return np.asarray((sights.focal_px[:, None] * (local - seen)).ravel())


def pixels_off(sights: Sights, found: Array) -> Array:
    """Return (n, 2): where points appear less where they were clicked."""
    local = _local(sights, found)
    flat = local[:, :2] / np.maximum(local[:, 2:], _DEPTH_M)
    return np.asarray(flat * (sights.focal_px * np.exp(found[POSE]))[:, None] - sights.pixels)


def _whitening(sights: Sights, found: Array) -> Array:
    """Return (n, 2, 2) that turn pixels off into standard deviations."""
    slopes = np.empty((len(sights.points), 2, 2))
    step_m = 0.01
    here = pixels_off(sights, found)
    for axis in range(2):
        moved = sights.points.copy()
        moved[:, axis] += step_m
        slopes[:, :, axis] = (pixels_off(replace(sights, points=moved), found) - here) / step_m
    click = (sights.click_px**2)[:, None, None] * np.eye(2)
    spread = PLAN_SIGMA_M**2 * slopes @ slopes.transpose(0, 2, 1) + click
    return np.asarray(np.linalg.inv(np.linalg.cholesky(spread)))


class Solver:
    """Least squares over one set of pairs."""

    def __init__(self, sights: Sights, *, free: bool) -> None:
        """Keep the pairs; ``free`` says that the focal length is sought as well."""
        self._sights = sights
        self._free = free

    def best(self, *known: Array) -> Array:
        """Return the numbers that fit best, from what is known and from the plane's homography.

        A homography is of pairs on one level, seen by a camera that did not move.
        """
        focals = (0.0, *FOCAL_STEPS) if self._free else (0.0,)
        starts = [start for focal in focals for start in pose_of_plane(self._sights, focal)]
        return min((self.fine(start) for start in (*known, *starts)), key=self.misfit)

    def from_around(self) -> Array:
        """Return the numbers that fit best from cameras all around the points."""
        rough = sorted(
            (self._rough(start) for start in _around(self._sights)), key=lambda one: one[0]
        )
        return min((self.fine(start) for _, start in rough[:2]), key=self.misfit)

    def _rough(self, start: Array) -> tuple[float, Array]:
        """Return a pose for the focal length as it is, by angles, and how well it fits."""

        def off(part: Array) -> Array:
            return _angles_off(self._sights, np.concatenate([part, start[POSE:]]))

        done = least_squares(off, start[:POSE], loss="soft_l1", f_scale=10.0, max_nfev=40)
        return float(done.cost), np.concatenate([done.x, start[POSE:]])

    def fine(self, start: Array) -> Array:
        """Return a start refined in pixels, each pair by its own doubt."""
        found = np.clip(start, _LEAST, _MOST)
        count = POSE + self._free
        for _ in range(2):
            white, rest = _whitening(self._sights, found), found[count:]

            def off(part: Array, white: Array = white, rest: Array = rest) -> Array:
                pixels = pixels_off(self._sights, np.concatenate([part, rest]))
                return np.asarray(np.einsum("nij,nj->ni", white, pixels).ravel())

            limits = (_LEAST[:count], _MOST[:count])
            done = least_squares(off, found[:count], bounds=limits, x_scale="jac", max_nfev=60)
            found = np.concatenate([done.x, rest])
        return _upright(found)

    def misfit(self, found: Array) -> float:
        """Return the sum of squares, in variances."""
        off_px = pixels_off(self._sights, found)
        return float((whitened(self._sights, found, off_px) ** 2).sum())


def whitened(sights: Sights, found: Array, off_px: Array) -> Array:
    """Return (n, 2) pixels off in standard deviations of each pair, as a camera found sees them."""
    return np.asarray(np.einsum("nij,nj->ni", _whitening(sights, found), off_px))


def _upright(found: Array) -> Array:
    """Return the same camera with its azimuth in a full circle and its tilt within a quarter."""
    azimuth, tilt, roll = found[3:6]
    tilt = (tilt + np.pi) % (2 * np.pi) - np.pi
    if abs(tilt) > np.pi / 2:
        azimuth, tilt, roll = azimuth + np.pi, np.copysign(np.pi, tilt) - tilt, roll + np.pi
    roll = (roll + np.pi) % (2 * np.pi) - np.pi
    return np.array([*found[:3], azimuth % (2 * np.pi), tilt, roll, found[6]])


def without_wrong(
    sights: Sights, kept: NDArray[np.bool_], found: Array, *, free: bool
) -> tuple[Array, NDArray[np.bool_], tuple[int, ...]] | None:
    """Return the fit without the pair that does not fit the others; None when all agree.

    The third is who it may be where that cannot be told: then nobody is left out.
    """
    rows = np.flatnonzero(kept).tolist()
    whole = Solver(sights.only(kept), free=free).misfit(found)
    if whole < 2 * WRONG:
        return None
    fits: list[tuple[float, int, Array]] = []
    for row in rows:
        solver = Solver(sights.only(_rest(kept, row)), free=free)
        again = solver.best(found)
        fits.append((solver.misfit(again), row, again))
    fits.sort(key=lambda fit: fit[0])
    least, row, again = fits[0]
    freedom = max(2 * (len(rows) - 1) - POSE - free, 1)
    variance = max(least / freedom, 1.0)
    if (whole - least) / 2 / variance < WRONG:
        return None
    near = tuple(other for misfit, other, _ in fits if misfit - least < UNSURE * variance)
    if len(near) > 1:
        return found, kept, near
    return again, _rest(kept, row), ()


def _rest(kept: NDArray[np.bool_], row: int) -> NDArray[np.bool_]:
    """Return the pairs that are kept, without one."""
    rest = kept.copy()
    rest[row] = False
    return rest
