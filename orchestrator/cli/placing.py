"""`place`: where on earth a camera says it is, and looking at a place on earth."""

import math
from dataclasses import dataclass

import typer

from orchestrator.cli.at_camera import Deed, Told
from orchestrator.domain.place import Place
from orchestrator.ports import CameraLink


@dataclass(frozen=True, slots=True)
class PlaceAsked:
    """What a person asks about a place, as written."""

    verb: str
    at: tuple[float, float] | None
    elevation_m: float | None
    yaw_deg: float | None


def place_deed(asked: PlaceAsked) -> Deed:
    """Return what is to be done; ``typer.BadParameter`` when it makes no sense."""
    if (asked.verb in {"set", "look"}) != (asked.at is not None):
        raise typer.BadParameter("say --at with `set` and `look`, and only there")
    match asked.verb:
        case "set":
            at = _place(asked)
            return lambda link: _set(link, at)
        case "look":
            at = _place(asked)
            return lambda link: _look(link, at)
        case "forget":
            return _forget
        case _:
            return _show


def _place(asked: PlaceAsked) -> Place:
    assert asked.at is not None, "it was asked for"
    at = Place(*asked.at, asked.elevation_m, asked.yaw_deg)
    if not at.exists or not all(map(math.isfinite, (asked.elevation_m or 0, asked.yaw_deg or 0))):
        raise typer.BadParameter("longitude goes from -180 to 180, latitude from -90 to 90")
    return at


async def _show(link: CameraLink) -> Told:
    at = await link.places.where()
    if at is None:
        return Told(None, "this camera does not say where it is")
    return Told(_plain(at), _words(at))


async def _set(link: CameraLink, at: Place) -> Told:
    told = await link.places.set(at)
    return Told(_plain(told), _words(told))


async def _forget(link: CameraLink) -> Told:
    await link.places.forget()
    left = await link.places.where()
    words = "forgotten" if left is None else "the camera accepted that, and still tells a place"
    return Told(None if left is None else _plain(left), words, left is None)


async def _look(link: CameraLink, at: Place) -> Told:
    await link.places.look_at(at)
    return Told(_plain(at), "accepted; `ptz ADDRESS status` says where the head is")


def _plain(at: Place) -> dict[str, float | None]:
    return {
        "longitude_deg": at.longitude_deg,
        "latitude_deg": at.latitude_deg,
        "elevation_m": at.elevation_m,
        "yaw_deg": at.yaw_deg,
    }


def _words(at: Place) -> str:
    height = "" if at.elevation_m is None else f", {at.elevation_m:g} m up"
    way = "" if at.yaw_deg is None else f", heading {at.yaw_deg:g} deg"
    return f"longitude {at.longitude_deg:.6f}, latitude {at.latitude_deg:.6f}{height}{way}"
