"""A place on earth, and which way a camera looks there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Longitude (east) and latitude (north) in degrees; what is not known is None.

    ``elevation_m`` is above the ellipsoid of WGS 84; ``yaw_deg`` is the camera's heading.
    """

    longitude_deg: float
    latitude_deg: float
    elevation_m: float | None = None
    yaw_deg: float | None = None

    @property
    def exists(self) -> bool:
        """Say whether there is such a place on earth.

        >>> Place(13.4, 52.5).exists, Place(13.4, 152.5).exists
        (True, False)
        """
        return abs(self.longitude_deg) <= 180.0 and abs(self.latitude_deg) <= 90.0
