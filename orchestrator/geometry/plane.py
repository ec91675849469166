"""Cameras known by a homography, or not known at all: boxes to a plane, with their doubt.

A camera with a surveyed calibration maps its picture to the floor by a homography. One that
nobody calibrated is its own floor: its picture, in units of a person's height. Distances there
mean little over the whole picture, but from one frame to the next they are good enough to follow
people, with the same tracker and in the same units.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestrator.geometry.boxes import beside, broken
from orchestrator.geometry.lens import FLOOR_SIGMA_M, STATURE_M, upright

Array = NDArray[np.float64]

DETERMINANT_MAX_M4 = 1e4
"""A covariance with a larger determinant says nothing: the foot is near the horizon."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A picture of ``width_px`` x ``height_px`` and its way to the floor.

    ``homography`` (3, 3) maps pixels to plan metres; ``nadir_px`` (2,) is the pixel that plumb
    lines run to, None where that is not known or nowhere.
    """

    homography: Array
    nadir_px: Array | None
    width_px: int
    height_px: int

    @classmethod
    def of_picture(cls, tall_px: float, width_px: int, height_px: int) -> "Plane":
        """Return the plane of a camera nobody calibrated, in which people are ``tall_px`` tall.

        >>> Plane.of_picture(86.0, 640, 360).homography[0, 0].round(6)
        np.float64(0.02)
        """
        metre_px = max(tall_px, 1.0) / STATURE_M
        return cls(np.diag([1.0 / metre_px, 1.0 / metre_px, 1.0]), None, width_px, height_px)

    def grounded(
        self, boxes_px: Array, sigma: Array, floor_sigma_m: float = FLOOR_SIGMA_M
    ) -> tuple[Array, Array, NDArray[np.bool_]]:
        """Return where (n, 4) boxes stand: points (n, 2) m, covariances (n, 2, 2) m2, valid (n,).

        ``sigma`` (2,) is the noise of a foot in u and v, in box heights. A box is invalid that is
        not finite, empty or beside the picture, or whose foot is at or above the horizon.
        """
        fine = ~(broken(boxes_px) | beside(boxes_px, (self.width_px, self.height_px)))
        boxes = np.where(fine[:, None], boxes_px, [0.0, 0.0, 1.0, 1.0])
        feet, _ = upright(boxes, self.nadir_px)
        tall_px = boxes[:, 3] - boxes[:, 1]
        flat = np.column_stack([feet, np.ones(len(feet))]) @ self.homography.T
        lower = flat + 3.0 * tall_px[:, None] * self.homography[:, 1]
        fine &= np.sign(flat[:, 2]) == np.sign(lower[:, 2])
        depth = np.where(fine, flat[:, 2], 1.0)
        points = flat[:, :2] / depth[:, None]
        slope = self.homography[:2, :2] - points[:, :, None] * self.homography[2, :2]
        noise = slope / depth[:, None, None] * (tall_px[:, None, None] * sigma)
        covariances = noise @ noise.transpose(0, 2, 1) + np.eye(2) * floor_sigma_m**2
        fine &= np.linalg.det(covariances) < DETERMINANT_MAX_M4
        return points, covariances, fine

    def shows(self, points_m: Array) -> NDArray[np.bool_]:
        """Return (n,) which of (n, 2) floor points are in the picture."""
        back = np.linalg.inv(self.homography)
        seen = np.column_stack([points_m, np.ones(len(points_m))]) @ back.T
        with np.errstate(divide="ignore", invalid="ignore"):
            pixels = seen[:, :2] / seen[:, 2:]
        inside = (pixels >= 0) & (pixels < [self.width_px, self.height_px])
        return np.asarray(inside.all(axis=1), dtype=np.bool_)
