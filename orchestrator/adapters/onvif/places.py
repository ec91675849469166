"""Where on earth a camera is (GeoLocation), and looking at a point on earth (GeoMove), by hand."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.acquaintance import Acquaintance
from orchestrator.adapters.onvif.calls import Question
from orchestrator.adapters.onvif.fast import empty, escaped, ptz_call
from orchestrator.adapters.onvif.figures import finite, within
from orchestrator.adapters.onvif.media2 import response
from orchestrator.adapters.onvif.names import SCHEMA, Operation, Service
from orchestrator.domain.place import Place
from orchestrator.errors import BadAnswer

_TDS: Final = f"{{{Service.DEVICE.value}}}"
_TT: Final = f"{{{SCHEMA}}}"
_HIGHEST_M: Final = 1e5
_OFF_DEG: Final = 1e-4
"""What a camera may round off: ten metres or so; some keep places as single precision."""


def get_geo_location() -> bytes:
    """Return the payload of GetGeoLocation."""
    return _call("GetGeoLocation", "")


def set_geo_location(place: Place, source: str) -> bytes:
    """Return the payload of SetGeoLocation for a video source."""
    return _call("SetGeoLocation", _entity(source, _where(place, "tt:GeoLocation") + _way(place)))


def delete_geo_location(source: str) -> bytes:
    """Return the payload of DeleteGeoLocation for a video source."""
    return _call("DeleteGeoLocation", _entity(source, ""))


def geo_move(profile: str, place: Place) -> bytes:
    """Return the payload of GeoMove, at the camera's default speed."""
    token = f"<tptz:ProfileToken>{escaped(profile)}</tptz:ProfileToken>"
    return ptz_call("GeoMove", token + _where(place, "tptz:Target"))


def place(answer: etree._Element) -> Place | None:
    """Return the first place that GetGeoLocationResponse tells, or None when it tells none."""
    for entity in answer.findall(f"{_TDS}Location")[:64]:
        where = entity.find(f"{_TT}GeoLocation")
        if where is not None and where.get("lon") and where.get("lat"):
            turned = entity.find(f"{_TT}GeoOrientation")
            return Place(
                within(where.get("lon"), -180.0, 180.0, "a longitude"),
                within(where.get("lat"), -90.0, 90.0, "a latitude"),
                _maybe(where, "elevation"),
                None if turned is None else _maybe(turned, "yaw"),
            )
    return None


class OnvifPlaces:
    """The ``Places`` port over ONVIF."""

    def __init__(
        self, known: Acquaintance, watching: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Keep whom to ask; nothing is sent."""
        self._known = known
        self._watching = watching

    async def where(self) -> Place | None:
        """Return where the camera says it is."""
        with self._watching():
            return await self._where()

    async def set(self, at: Place) -> Place:
        """Tell the camera where it is, and return what it then says."""
        with self._watching():
            await self._send(names.SET_GEO_LOCATION, set_geo_location(at, await self._source()))
            told = await self._where()
            if told is None or not _same(told, at):
                says = "nothing" if told is None else "another place"
                message = f"it accepted the place, and tells {says} when it is asked"
                raise self._known.error(BadAnswer, names.GET_GEO_LOCATION, message)
            return told

    async def forget(self) -> None:
        """Have the camera forget where it is."""
        with self._watching():
            await self._send(names.DELETE_GEO_LOCATION, delete_geo_location(await self._source()))

    async def look_at(self, at: Place) -> None:
        """Ask the head to look at a place; returns when accepted."""
        with self._watching():
            head = await self._known.head(names.GEO_MOVE)
            question = Question(names.GEO_MOVE, geo_move(head.profile, at), head.target)
            await (await self._known.interviewer()).signed(question, empty(names.GEO_MOVE))

    async def _where(self) -> Place | None:
        await self._known.dossier(names.GET_GEO_LOCATION)
        interview = await self._known.interviewer()
        question = Question(names.GET_GEO_LOCATION, get_geo_location(), interview.device)
        return await interview.signed(
            question, lambda root: place(response(root, names.GET_GEO_LOCATION))
        )

    async def _send(self, operation: Operation, payload: bytes) -> None:
        interview = await self._known.interviewer()
        await interview.signed(Question(operation, payload, interview.device), empty(operation))

    async def _source(self) -> str:
        dossier = await self._known.dossier(names.SET_GEO_LOCATION)
        return next((each.source for each in dossier.sights.profiles if each.source), "")


def _call(name: str, inside: str) -> bytes:
    schema = f' xmlns:tt="{SCHEMA}"' if "<tt:" in inside else ""
    return f'<tds:{name} xmlns:tds="{Service.DEVICE.value}"{schema}>{inside}</tds:{name}>'.encode()


def _entity(source: str, inside: str) -> str:
    token = f" Token={quoteattr(source)}" if source else ""
    return f'<tds:Location Entity="VideoSource"{token} Fixed="true">{inside}</tds:Location>'


def _where(at: Place, element: str) -> str:
    height = "" if at.elevation_m is None else f' elevation="{_written(at.elevation_m)}"'
    return (
        f'<{element} lon="{_written(at.longitude_deg)}" lat="{_written(at.latitude_deg)}"{height}/>'
    )


def _way(at: Place) -> str:
    return "" if at.yaw_deg is None else f'<tt:GeoOrientation yaw="{_written(at.yaw_deg)}"/>'


def _written(value: float) -> str:
    """Return a number to a tenth of a millimetre on the ground, and no further."""
    return repr(round(value, 9))


def _maybe(element: etree._Element, name: str) -> float | None:
    text = element.get(name)
    value = None if text is None else finite(text, f"`{name}` of a place")
    return None if value is None or abs(value) > _HIGHEST_M else value


def _same(told: Place, wanted: Place) -> bool:
    east_deg = math.remainder(told.longitude_deg - wanted.longitude_deg, 360.0)
    return max(abs(east_deg), abs(told.latitude_deg - wanted.latitude_deg)) <= _OFF_DEG
