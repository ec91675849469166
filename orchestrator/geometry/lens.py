"""The lens: world points to pixels, pixels to rays, and foot points to the floor with their doubt.

A camera with square pixels and its principal point in the middle of the picture; a lens may bend
straight lines by the division model (Fitzgibbon 2001), which has a closed form in both directions.
The camera's own axes are right, down and forward; a mount's roll is positive when the camera is
turned clockwise, as seen from behind it. Doubt about a floor point adds up from four sources:
noise of the box in pixels (through the Jacobian of the pixel-to-floor map), doubt about the
camera's tilt and azimuth, and a floor of its own for everything that is not modelled.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Camera, Lens, Mount
from orchestrator.domain.sighting import Detections, Kind
from orchestrator.geometry.bend import bent, coarser, unbent, unbent_boxes

Array = NDArray[np.float64]

RANGE_M = 60.0
BOX_SIGMA = (0.04, 0.07)
"""Doubt about a foot in u and v, as shares of the box's height: a small detector's lower edge
wanders twice as much as its middle."""
AIM_SIGMA_RAD = float(np.radians(0.2))
FLOOR_SIGMA_M = 0.15
BIKE_SIGMA_M = 0.35
VEHICLE_SIGMA_M = 1.0
_DEPTH_M = {Kind.PERSON.value: 0.1, Kind.BIKE.value: 0.2, Kind.VEHICLE.value: 1.2}
"""A box ends at the near edge of what it holds; the middle lies about this much further away."""
CUT_SHARE = 0.06
"""A box that ends so near to the picture's lower edge, in box heights, is taken as cut by it."""
STATURE_M = 1.72
STATURE_SIGMA_M = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """One camera at one aim, for pictures of ``width_px`` x ``height_px``.

    ``position_m`` is (3,), ``axes`` (3, 3) with the camera's right, down and forward as rows in
    world coordinates, ``level`` (3,) the horizontal direction to the right of the aim (the
    axis it tilts about).
    """

    position_m: Array
    axes: Array
    level: Array
    focal_px: float
    width_px: int
    height_px: int
    bend: float = 0.0

    @classmethod
    def of(
        cls, mount: Mount, lens: Lens, aim: Aim, size_px: tuple[int, int] | None = None
    ) -> "Projection":
        """Return the projection; ``size_px`` (width, height) defaults to the lens's own picture.

        >>> north = Aim(azimuth_deg=0.0, tilt_deg=0.0, hfov_deg=90.0)
        >>> lens = Lens(90.0, 90.0, 640, 360)
        >>> eye = Projection.of(Mount(0.0, 0.0, 4.0, 0.0, 0.0), lens, north)
        >>> eye.pixels(np.array([[1.0, 10.0, 3.0]])).tolist()
        [[352.0, 212.0]]
        """
        return _projection(mount, aim, size_px or (lens.width_px, lens.height_px), lens.bend)

    def pixels(self, points_m: Array) -> Array:
        """Return (n, 2) pixels of (n, 3) world points; NaN for points behind the camera."""
        local = (np.atleast_2d(points_m) - self.position_m) @ self.axes.T
        depth = np.where(local[:, 2:] > 1e-9, local[:, 2:], np.nan)
        middle = np.array([self.width_px / 2, self.height_px / 2])
        return np.asarray(
            middle + bent(self.focal_px * local[:, :2] / depth, self.bend, self.width_px)
        )

    def rays(self, pixels: Array) -> Array:
        """Return (n, 3) world directions (forward component 1, not of unit length) of pixels."""
        middle = np.array([self.width_px / 2, self.height_px / 2])
        off_px = np.atleast_2d(pixels) - middle
        local = np.ones((len(off_px), 3))
        local[:, :2] = unbent(off_px, self.bend, self.width_px) / self.focal_px
        return np.asarray(local @ self.axes)

    def straight(self) -> "Projection":
        """Return the same camera with a lens that bends nothing; ``straightened`` are its boxes."""
        return replace(self, bend=0.0) if self.bend else self

    def straightened(self, boxes_px: Array) -> Array:
        """Return (n, 4) boxes as they would be with a lens that bends nothing.

        The middles of their upper and lower edges go to where they belong; their widths stay.
        """
        return unbent_boxes(boxes_px, self.bend, (self.width_px, self.height_px))

    @property
    def widest(self) -> tuple[float, float]:
        """Return the tangents of how far the picture reaches to the sides, and up and down.

        A lens that bends reaches furthest in its corners.
        """
        half = np.array([[self.width_px, self.height_px]]) / 2
        ends = np.concatenate([half, half * (1, 0), half * (0, 1)])
        reach = unbent(ends, self.bend, self.width_px).max(axis=0) / self.focal_px
        return float(reach[0]), float(reach[1])

    @property
    def nadir_px(self) -> Array | None:
        """Return (2,) the pixel all plumb lines run to; None for a camera that looks level or up.

        It is that of the ``straight`` camera: a lens that bends lines bends plumb lines too.
        """
        right, down, forward = -self.axes[:, 2]
        if forward < 1e-3:
            return None
        middle = np.array([self.width_px / 2, self.height_px / 2])
        return np.asarray(middle + self.focal_px / forward * np.array([right, down]))

    def floor(
        self,
        pixels: Array,
        sigma_px: Array,
        plane_height_m: Array | float = 0.0,
        aim_sigma_rad: float = AIM_SIGMA_RAD,
    ) -> tuple[Array, Array, NDArray[np.bool_]]:
        """Return where rays of (n, 2) pixels meet the floor, or a plane above it, and how surely.

        Points (n, 2) in plan metres, covariances (n, 2, 2) in square metres from ``sigma_px``
        (n, 2) of pixel noise in u and v and the doubt about the aim, and whether there is such a point at all
        within ``RANGE_M`` (n,); a ray at or above the horizon has none, and its row is zero.
        """
        rays = self.rays(pixels)
        drop_m = self.position_m[2] - plane_height_m
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            stretch = -drop_m / rays[:, 2]
            away = stretch[:, None] * rays[:, :2]
            valid = (stretch > 0) & (np.hypot(away[:, 0], away[:, 1]) <= RANGE_M)
        stretch = np.where(valid, stretch, 0.0)
        away = np.where(valid[:, None], away, 0.0)
        slope = np.where(valid, rays[:, 2], -1.0)
        ahead = rays[:, :2] / slope[:, None]
        off_px = np.atleast_2d(pixels) - np.array([self.width_px / 2, self.height_px / 2])
        sigma_px = np.asarray(sigma_px, float) * coarser(off_px, self.bend, self.width_px)
        spread = self._spread(rays, stretch, ahead, away, sigma_px)
        spread[:, 2:] *= aim_sigma_rad
        covariances = spread.transpose(0, 2, 1) @ spread
        return away + self.position_m[:2], covariances, valid

    def _spread(
        self, rays: Array, stretch: Array, ahead: Array, away: Array, sigma_px: Array
    ) -> Array:
        """Return (n, 4, 2): floor displacements for a sigma of u and v, a radian of azimuth and tilt."""
        spread = np.empty((len(rays), 4, 2))
        right, down = self.axes[:2]
        per_px = sigma_px / self.focal_px * stretch[:, None]
        spread[:, 0] = per_px[:, :1] * (right[:2] - ahead * right[2])
        spread[:, 1] = per_px[:, 1:] * (down[:2] - ahead * down[2])
        spread[:, 2, 0], spread[:, 2, 1] = away[:, 1], -away[:, 0]
        lift = rays[:, 1] * self.level[0] - rays[:, 0] * self.level[1]
        spread[:, 3, 0] = rays[:, 2] * self.level[1] - ahead[:, 0] * lift
        spread[:, 3, 1] = -rays[:, 2] * self.level[0] - ahead[:, 1] * lift
        spread[:, 3] *= stretch[:, None]
        return spread


@lru_cache(maxsize=1024)
def _projection(mount: Mount, aim: Aim, size_px: tuple[int, int], bend: float) -> Projection:
    """Return a projection; fixed cameras and resting heads ask for the same one again and again."""
    axes, level = _axes(aim, mount.roll_deg), _axes(aim, 0.0)[0]
    position_m = np.array([mount.x_m, mount.y_m, mount.height_m])
    for shared in (axes, level, position_m):
        shared.flags.writeable = False
    focal_px = size_px[0] / 2 / float(np.tan(np.radians(aim.hfov_deg) / 2)) / (1.0 + bend)
    return Projection(position_m, axes, level, focal_px, *size_px, bend)


def upright(boxes_px: Array, nadir_px: Array | None) -> tuple[Array, Array]:
    """Return feet and heads, (n, 2) pixels each, of upright things in (n, 4) boxes.

    Seen from above, whoever stands beside the axis of view leans outwards in the picture: feet
    and head lie on a line through the nadir, and the middle of the box between them. With that
    the feet are not below the middle of the box, but nearer to the nadir.

    >>> feet, heads = upright(np.array([[400.0, 100.0, 440.0, 200.0]]), np.array([320.0, 1200.0]))
    >>> feet.round(1).tolist(), heads.round(1).tolist()
    ([[415.2, 200.0]], [[424.8, 100.0]])
    """
    middle = (boxes_px[:, 0] + boxes_px[:, 2]) / 2
    top, bottom = boxes_px[:, 1], boxes_px[:, 3]
    if nadir_px is None:
        return np.stack([middle, bottom], axis=1), np.stack([middle, top], axis=1)
    far = np.maximum(nadir_px[1] - bottom, bottom - top)
    stretch = 1.0 + (bottom - top) / np.maximum(far, 1.0)
    beside = (middle - nadir_px[0]) * 2.0 / (1.0 + stretch)
    feet = np.stack([nadir_px[0] + beside, bottom], axis=1)
    return feet, np.stack([nadir_px[0] + beside * stretch, top], axis=1)


def floor_points(camera: Camera, detections: Detections) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return where each box stands: points (n, 2), covariances (n, 2, 2), valid (n,).

    The foot is where a plumb line through the box meets its lower edge. A person whose feet are below the picture is
    placed by the top of the head and a usual stature instead, with the doubt that this brings;
    anything else that is cut is invalid, as is a foot at the horizon or beyond ``RANGE_M``.
    """
    count = len(detections.boxes_px)
    if detections.aim is None or count == 0:
        return np.zeros((count, 2)), np.zeros((count, 2, 2)), np.zeros(count, dtype=bool)
    size_px = (detections.width_px, detections.height_px)
    lens = Projection.of(camera.mount, camera.lens, detections.aim, size_px)
    boxes = detections.boxes_px.astype(np.float64)
    tall_px = boxes[:, 3] - boxes[:, 1]
    person = detections.kinds == Kind.PERSON.value
    cut = boxes[:, 3] >= detections.height_px - np.maximum(CUT_SHARE * tall_px, 1.5)
    headless = boxes[:, 1] <= 1.5
    eye, boxes = lens.straight(), lens.straightened(boxes)
    tall_px = boxes[:, 3] - boxes[:, 1]
    feet, heads = upright(boxes, eye.nadir_px)
    pixels = np.where(cut[:, None], heads, feet)
    plane_m = np.where(cut, STATURE_M, 0.0)
    sigma_px = np.maximum(tall_px[:, None] * np.array(BOX_SIGMA), 1.0)
    aim_sigma_rad = float(np.hypot(AIM_SIGMA_RAD, np.radians(detections.aim_sigma_deg)))
    points, covariances, valid = eye.floor(pixels, sigma_px, plane_m, aim_sigma_rad)
    away = points - eye.position_m[:2]
    covariances += _stature_doubt(away, eye.position_m[2] - plane_m, cut)
    covariances += np.eye(2) * (_floor_sigma(detections.kinds) ** 2)[:, None, None]
    points += _pushed(away, detections.kinds)
    valid &= ~cut | (person & ~headless)
    return points, covariances, valid


def _stature_doubt(away: Array, drop_m: Array, cut: NDArray[np.bool_]) -> Array:
    """Return (n, 2, 2): what not knowing a person's stature does to points placed by the head."""
    step = np.where(cut, STATURE_SIGMA_M / np.maximum(drop_m, 0.1), 0.0)[:, None] * away
    return np.asarray(step[:, :, None] * step[:, None, :])


def _floor_sigma(kinds: NDArray[np.int8]) -> Array:
    """Return (n,) metres of doubt that is not of optical origin."""
    sigma = np.full(len(kinds), FLOOR_SIGMA_M)
    sigma[kinds == Kind.BIKE.value] = BIKE_SIGMA_M
    sigma[kinds == Kind.VEHICLE.value] = VEHICLE_SIGMA_M
    return sigma


def _pushed(away: Array, kinds: NDArray[np.int8]) -> Array:
    """Return (n, 2): the step from the near edge of each thing to its middle."""
    reach = np.hypot(away[:, 0], away[:, 1])
    depth = np.zeros(len(kinds))
    for kind, depth_m in _DEPTH_M.items():
        depth[kinds == kind] = depth_m
    return np.asarray(away * (depth / np.maximum(reach, 1e-6))[:, None])


def _axes(aim: Aim, roll_deg: float) -> Array:
    """Return (3, 3): right, down and forward of a camera in world coordinates, as rows."""
    azimuth, tilt, roll = np.radians([aim.azimuth_deg, aim.tilt_deg, roll_deg])
    north, east = np.cos(azimuth), np.sin(azimuth)
    right = np.array([north, -east, 0.0])
    down = np.array([east * np.sin(tilt), north * np.sin(tilt), -np.cos(tilt)])
    forward = np.array([east * np.cos(tilt), north * np.cos(tilt), np.sin(tilt)])
    return np.stack(
        [
            np.cos(roll) * right + np.sin(roll) * down,
            np.cos(roll) * down - np.sin(roll) * right,
            forward,
        ]
    )
