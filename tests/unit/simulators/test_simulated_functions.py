"""Tours, relays and places of a simulated device, told by hand and without a network."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from lxml import etree

from simulators.device.place import Location, PlaceService
from simulators.device.relays import RelayService
from simulators.device.soap import NAMESPACES, Call, Fault
from simulators.device.tours import Spot, Tour, TourService
from tests.fakes.onvif_site import StillHead

TOUR = (
    "<tptz:ProfileToken>main</tptz:ProfileToken><tptz:PresetTourToken>t</tptz:PresetTourToken>"
    "<tptz:Operation>{order}</tptz:Operation>"
)
GEO = (
    "<tptz:ProfileToken>main</tptz:ProfileToken>"
    '<tptz:Target lon="{lon}" lat="{lat}" elevation="{height}"/>'
)
DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


def call(operation: str, inside: str) -> Call:
    prefix, _, name = operation.partition(":")
    body = etree.fromstring(f"<{operation}{DECLARED}>{inside}</{operation}>")
    return Call(prefix, name, body, None, None)


async def turns(until: Callable[[], bool]) -> None:
    for _ in range(100):
        if until():
            return
        await asyncio.sleep(0)
    raise AssertionError("nothing came of it")


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def walked() -> TourService:
    service = TourService(StillHead(), pause=at_once)
    service.tours["t"] = Tour("t", spots=(Spot("2", 5.0), Spot("3", 5.0), Spot(None, 5.0)))
    return service


async def ordered(service: TourService, order: str) -> None:
    await service.operations["tptz:OperatePresetTour"](
        call("tptz:OperatePresetTour", TOUR.format(order=order))
    )


async def test_a_tour_goes_round_its_spots_until_it_is_stopped(walked: TourService) -> None:
    tour = walked.tours["t"]

    await ordered(walked, "Start")
    await turns(lambda: len(tour.visited) >= 5)
    await ordered(walked, "Stop")
    seen = len(tour.visited)
    await asyncio.sleep(0)

    assert tour.visited[:5] == ["2", "3", None, "2", "3"]
    assert (tour.state, len(tour.visited)) == ("Idle", seen)


async def test_a_tour_goes_on_where_it_was_paused(walked: TourService) -> None:
    tour = walked.tours["t"]
    await ordered(walked, "Start")
    await turns(lambda: len(tour.visited) >= 2)

    await ordered(walked, "Pause")
    at, seen = tour.at, len(tour.visited)
    await ordered(walked, "Start")
    await turns(lambda: len(tour.visited) > seen)
    walked.end()

    assert at > 0
    assert tour.visited[seen] == tour.spots[at].preset


async def test_a_move_ends_the_tour(walked: TourService) -> None:
    async def moved(_call: Call) -> str:
        return "<tptz:StopResponse/>"

    move: Callable[[Call], Awaitable[str]] = walked.ended_by(moved)
    await ordered(walked, "Start")

    await move(call("tptz:Stop", ""))

    assert walked.tours["t"].state == "Idle"


async def test_a_monostable_relay_falls_back_by_itself() -> None:
    now_s = [0.0]
    told: list[tuple[str, bool]] = []
    service = RelayService(
        now_s=lambda: now_s[0], told=lambda token, active: told.append((token, active))
    )
    for token in ("relay_0", "relay_1"):
        inside = (
            f"<tds:RelayOutputToken>{token}</tds:RelayOutputToken>"
            "<tds:LogicalState>active</tds:LogicalState>"
        )
        await service.operations["tds:SetRelayOutputState"](call("tds:SetRelayOutputState", inside))

    before = [service.active("relay_0"), service.active("relay_1")]
    now_s[0] = 2.0

    assert before == [True, True]
    assert [service.active("relay_0"), service.active("relay_1")] == [True, False]
    assert told == [("relay_0", True), ("relay_1", True)]


@pytest.mark.parametrize(
    ("lon", "lat", "height", "pan_deg", "tilt_deg"),
    [
        (13.0, 52.001, 10.0, 0.0, 0.0),
        (13.001, 52.0, 10.0, 90.0, 0.0),
        (12.999, 52.0, 10.0, -90.0, 0.0),
        (13.0, 52.001, -101.195, 0.0, -45.0),
    ],
)
async def test_a_head_looks_where_a_place_on_earth_is(
    lon: float, lat: float, height: float, pan_deg: float, tilt_deg: float
) -> None:
    head = StillHead()
    service = PlaceService(head)
    service.location = Location(13.0, 52.0, 10.0)

    inside = GEO.format(lon=lon, lat=lat, height=height)
    await service.operations["tptz:GeoMove"](call("tptz:GeoMove", inside))

    assert head.position.pan == pytest.approx(pan_deg / 170.0, abs=1e-3)
    assert -80.0 + (head.position.tilt + 1.0) * 45.0 == pytest.approx(tilt_deg, abs=0.1)


async def test_a_head_does_not_look_where_it_cannot() -> None:
    service = PlaceService(StillHead())
    service.location = Location(13.0, 52.0, 10.0)

    with pytest.raises(Fault):
        await service.operations["tptz:GeoMove"](
            call("tptz:GeoMove", GEO.format(lon=13.0, lat=51.999, height=10.0))
        )
