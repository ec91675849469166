"""Where on earth a camera is: GeoLocation of the device service, and moves to a point on earth."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from simulators.device.media import demand_profile
from simulators.device.soap import Call, Fault, invalid, number
from simulators.device.steering import Axes, Steering
from simulators.device.table import Handler
from simulators.device.unit import SOURCE

_EARTH_M = 6_371_000.0
ENTITY = "VideoSource"
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Location:
    """A place on earth and which way the camera looks there at rest; degrees and metres."""

    longitude_deg: float
    latitude_deg: float
    elevation_m: float = 0.0
    yaw_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """The angles that the ends of the pan and tilt axes stand for."""

    pan_deg: Span = (-170.0, 170.0)
    tilt_deg: Span = (-80.0, 10.0)


USUAL_REACH = Reach()


class PlaceService:
    """Answers the operations about places; a camera without a head does not move to any."""

    def __init__(self, steering: Steering | None = None, reach: Reach = USUAL_REACH) -> None:
        """Start where nobody has said yet."""
        self.location: Location | None = None
        self._steering = steering
        self._reach = reach

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        own: dict[str, Handler] = {
            "tds:GetGeoLocation": self._get,
            "tds:SetGeoLocation": self._set,
            "tds:DeleteGeoLocation": self._delete,
        }
        return own | ({"tptz:GeoMove": self._move} if self._steering is not None else {})

    async def _get(self, _call: Call) -> str:
        at = self.location
        written = "" if at is None else _written(at)
        return f"<tds:GetGeoLocationResponse>{written}</tds:GetGeoLocationResponse>"

    async def _set(self, call: Call) -> str:
        where = call.find("tds:Location", "tt:GeoLocation")
        turned = call.find("tds:Location", "tt:GeoOrientation")
        if where is None:
            raise invalid("ter:InvalidArgVal", "no place")
        yaw_deg = 0.0 if turned is None else number(turned, "yaw", missing=0.0)
        self.location = _location(where, yaw_deg)
        return "<tds:SetGeoLocationResponse/>"

    async def _delete(self, _call: Call) -> str:
        self.location = None
        return "<tds:DeleteGeoLocationResponse/>"

    async def _move(self, call: Call) -> str:
        demand_profile(call)
        target = call.find("tptz:Target")
        if target is None:
            raise invalid("ter:InvalidArgVal", "no target")
        if self.location is None:
            raise Fault(
                "ter:Action",
                "ter:GeoMoveNotSupported",
                reason="I do not know where I am",
                status=500,
            )
        assert self._steering is not None, "GeoMove is answered by cameras with a head"
        zoom = (self._steering.status().position or Axes(0.0, 0.0, 0.0)).zoom
        self._steering.absolute(self._aim(self.location, _location(target, 0.0), zoom))
        return "<tptz:GeoMoveResponse/>"

    def _aim(self, here: Location, there: Location, zoom: float) -> Axes:
        north_m = math.radians(there.latitude_deg - here.latitude_deg) * _EARTH_M
        east_m = (
            math.radians(there.longitude_deg - here.longitude_deg)
            * _EARTH_M
            * math.cos(math.radians(here.latitude_deg))
        )
        bearing_deg = math.degrees(math.atan2(east_m, north_m)) - here.yaw_deg
        rise_m = there.elevation_m - here.elevation_m
        tilt_deg = math.degrees(math.atan2(rise_m, math.hypot(east_m, north_m)))
        pan = _along((bearing_deg + 180.0) % 360.0 - 180.0, self._reach.pan_deg)
        return Axes(pan, _along(tilt_deg, self._reach.tilt_deg), zoom)


def _along(angle_deg: float, span_deg: Span) -> float:
    low, high = span_deg
    if not low <= angle_deg <= high:
        raise invalid("ter:InvalidArgVal", "the head cannot look there")
    return 2.0 * (angle_deg - low) / (high - low) - 1.0


def _location(element: etree._Element, yaw_deg: float) -> Location:
    at = Location(
        number(element, "lon", missing=0.0),
        number(element, "lat", missing=0.0),
        number(element, "elevation", missing=0.0),
        yaw_deg,
    )
    if not (abs(at.longitude_deg) <= 180.0 and abs(at.latitude_deg) <= 90.0):
        raise invalid("ter:InvalidArgVal", "no such place on earth")
    return at


def _written(at: Location) -> str:
    return (
        f'<tds:Location Entity="{ENTITY}" Token="{SOURCE}" Fixed="true" AutoGeo="false">'
        f'<tt:GeoLocation lon="{at.longitude_deg!r}" lat="{at.latitude_deg!r}"'
        f' elevation="{at.elevation_m!r}"/><tt:GeoOrientation roll="0" pitch="0"'
        f' yaw="{at.yaw_deg!r}"/></tds:Location>'
    )
