"""`tour`: a camera's own preset tours, looked at again after every order."""

from collections.abc import Sequence
from dataclasses import dataclass

import typer

from orchestrator.cli.at_camera import Deed, Told
from orchestrator.domain.ids import PresetName, TourName
from orchestrator.domain.tours import Tour, TourOrder, TourSpot
from orchestrator.ports import CameraLink

_HOME = "@home"
_MOST_STAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class TourAsked:
    """What a person asks of a tour, as written."""

    verb: str
    name: str | None
    spots: Sequence[str]


def tour_deed(asked: TourAsked) -> Deed:
    """Return what is to be done; ``typer.BadParameter`` when it makes no sense."""
    if (asked.verb != "list") != (asked.name is not None):
        raise typer.BadParameter("name a tour after every verb but `list`, and only there")
    if (asked.verb == "write") != bool(asked.spots):
        raise typer.BadParameter("say at least one --spot with `write`, and only there")
    name = TourName(asked.name or "")
    match asked.verb:
        case "list":
            return _list
        case "write":
            tour = Tour(name, tuple(_spot(each) for each in asked.spots))
            return lambda link: _write(link, tour)
        case "remove":
            return lambda link: _remove(link, name)
        case verb:
            order = TourOrder(verb)
            return lambda link: _order(link, name, order)


def _spot(written: str) -> TourSpot:
    where, colon, said = written.rpartition(":")
    try:
        stay_s = float(said)
    except ValueError:
        stay_s = -1.0
    if not colon or not where or not 0.0 <= stay_s <= _MOST_STAY_S:
        raise typer.BadParameter(
            f"`{written}` is no spot; write gate:10, or {_HOME}:5 for the home position, in seconds",
            param_hint="--spot",
        )
    if where == _HOME:
        return TourSpot(home=True, stay_s=stay_s)
    return TourSpot(PresetName(where), stay_s=stay_s)


async def _list(link: CameraLink) -> Told:
    tours = await link.tours.listed()
    words = "\n".join(_words(each) for each in tours) or "this camera has no tours"
    return Told([_plain(each) for each in tours], words)


async def _write(link: CameraLink, tour: Tour) -> Told:
    kept = await link.tours.write(tour)
    good = kept.spots == tour.spots
    return Told(_plain(kept), _words(kept) + ("" if good else "\nthat is not as written"), good)


async def _remove(link: CameraLink, name: TourName) -> Told:
    await link.tours.remove(name)
    return Told({"removed": name}, f"removed `{name}`")


async def _order(link: CameraLink, name: TourName, order: TourOrder) -> Told:
    tour = await link.tours.order(name, order)
    good = tour.state is order.leads_to
    words = f"`{name}` is {tour.state.value}"
    if not good:
        words += f": the camera accepted `{order.value}` and did not do it"
    return Told(_plain(tour), words, good)


def _plain(tour: Tour) -> dict[str, object]:
    spots = [
        {"preset": spot.preset, "home": spot.home, "stay_s": spot.stay_s} for spot in tour.spots
    ]
    return {"name": tour.name, "state": tour.state.value, "spots": spots}


def _words(tour: Tour) -> str:
    where = (_where(spot) for spot in tour.spots)
    return f"{tour.name}: {tour.state.value}; {', '.join(where) or 'no spots'}"


def _where(spot: TourSpot) -> str:
    name = _HOME if spot.home else spot.preset or "a place without a name"
    return name if spot.stay_s is None else f"{name} for {spot.stay_s:g} s"
