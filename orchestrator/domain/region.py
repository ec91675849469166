"""What a view may show: a polygon on the floor with the space over it, or directions from one camera."""

from dataclasses import dataclass

from orchestrator.domain.ids import CameraId, ZoneId

Ring = tuple[tuple[float, float], ...]
"""Corners of a polygon on the plan, in metres, not repeated at the end."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A named polygon on the sphere around one camera: azimuth from north and tilt, in degrees.

    It is for what has no place on the floor, such as windows across the street.
    """

    id: ZoneId
    camera: CameraId
    corners_deg: Ring

    @property
    def region(self) -> "Region":
        """Return what geometry asks about."""
        return self


Region = Ring | Patch
