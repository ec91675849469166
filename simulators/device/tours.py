"""Preset tours: rounds of presets that a head walks by itself until it is told or moved otherwise."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from simulators.device.duration import duration_s
from simulators.device.media import demand_profile
from simulators.device.soap import NAMESPACES, Call, Fault, attribute, flag, invalid, text
from simulators.device.spaces import MAX_TOURS
from simulators.device.steering import Steering
from simulators.device.table import Handler

MAX_SPOTS = 16
MAX_STAY_S = 3600.0
_LOOK_S = 0.1
_STATES = {"Start": "Touring", "Stop": "Idle", "Pause": "Paused"}


@dataclass(frozen=True, slots=True)
class Spot:
    """One stop of a tour: a preset's token, or None for home, and how long to stay there."""

    preset: str | None
    stay_s: float


@dataclass(slots=True)
class Tour:
    """One tour as it is stored, and how far it has come."""

    token: str
    name: str = ""
    auto_start: bool = False
    spots: tuple[Spot, ...] = ()
    state: str = "Idle"
    at: int = 0
    visited: list[str | None] = field(default_factory=list)
    """Every preset it was at since it was made."""


class TourService:
    """Answers the ``tptz`` operations about tours, and walks the one that was started."""

    def __init__(
        self, steering: Steering, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Keep the head to lead and how time passes; there is no tour yet."""
        self.walks = True
        """Whether a tour that was started is walked."""
        self.tours: dict[str, Tour] = {}
        self._steering = steering
        self._pause = pause
        self._walking: asyncio.Task[None] | None = None
        self._made = 0

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "tptz:GetPresetTours": self._all,
            "tptz:GetPresetTour": self._one,
            "tptz:GetPresetTourOptions": self._options,
            "tptz:CreatePresetTour": self._create,
            "tptz:ModifyPresetTour": self._modify,
            "tptz:OperatePresetTour": self._operate,
            "tptz:RemovePresetTour": self._remove,
        }

    def ended_by(self, move: Handler) -> Handler:
        """Return a move that ends the tour that is being walked, as the specification wants it."""

        async def moved(call: Call) -> str:
            answer = await move(call)
            self.end()
            return answer

        return moved

    def end(self) -> None:
        """Have every tour idle."""
        self._rest()
        for tour in self.tours.values():
            tour.state, tour.at = "Idle", 0

    def _rest(self) -> None:
        if self._walking is not None:
            self._walking.cancel()
            self._walking = None

    async def _walk(self, tour: Tour) -> None:
        while tour.spots:
            spot = tour.spots[tour.at % len(tour.spots)]
            if spot.preset is None:
                self._steering.home()
            else:
                self._steering.goto_preset(spot.preset)
            tour.visited.append(spot.preset)
            await self._pause(_LOOK_S)
            while self._steering.status().moving:
                await self._pause(_LOOK_S)
            await self._pause(max(spot.stay_s - _LOOK_S, 0.0))
            tour.at = (tour.at + 1) % len(tour.spots)

    async def _all(self, call: Call) -> str:
        demand_profile(call)
        tours = "".join(_written(tour) for tour in self.tours.values())
        return f"<tptz:GetPresetToursResponse>{tours}</tptz:GetPresetToursResponse>"

    async def _one(self, call: Call) -> str:
        tour = self._named(call)
        return f"<tptz:GetPresetTourResponse>{_written(tour)}</tptz:GetPresetTourResponse>"

    async def _options(self, call: Call) -> str:
        demand_profile(call)
        presets = "".join(
            f"<tt:PresetToken>{text(each.token)}</tt:PresetToken>"
            for each in self._steering.presets()
        )
        return (
            "<tptz:GetPresetTourOptionsResponse><tptz:Options><tt:AutoStart>false</tt:AutoStart>"
            "<tt:StartingCondition><tt:Direction>Forward</tt:Direction></tt:StartingCondition>"
            f"<tt:TourSpot><tt:PresetDetail>{presets}<tt:Home>true</tt:Home></tt:PresetDetail>"
            f"<tt:StayTime><tt:Min>PT0S</tt:Min><tt:Max>PT{MAX_STAY_S:g}S</tt:Max></tt:StayTime>"
            "</tt:TourSpot></tptz:Options></tptz:GetPresetTourOptionsResponse>"
        )

    async def _create(self, call: Call) -> str:
        demand_profile(call)
        if len(self.tours) >= MAX_TOURS:
            raise _failed("ter:TooManyPresetTours", "no more tours")
        self._made += 1
        tour = Tour(f"tour_{self._made}")
        self.tours[tour.token] = tour
        return (
            f"<tptz:CreatePresetTourResponse><tptz:PresetTourToken>{tour.token}"
            "</tptz:PresetTourToken></tptz:CreatePresetTourResponse>"
        )

    async def _modify(self, call: Call) -> str:
        demand_profile(call)
        written = call.find("tptz:PresetTour")
        tour = self.tours.get("" if written is None else written.get("token", ""))
        if written is None or tour is None:
            raise invalid("ter:NoToken", "no such tour")
        spots = tuple(self._spot(each) for each in written.iterfind("tt:TourSpot", NAMESPACES))
        if len(spots) > MAX_SPOTS:
            raise _failed("ter:SpaceNotSupported", f"more than {MAX_SPOTS} spots")
        if tour.state == "Touring":
            raise _failed("ter:PresetTourActive", "the tour is being walked")
        tour.name = (written.findtext("tt:Name", "", NAMESPACES) or "").strip()
        tour.auto_start = written.findtext("tt:AutoStart", "", NAMESPACES) in {"true", "1"}
        tour.spots, tour.at = spots, 0
        return "<tptz:ModifyPresetTourResponse/>"

    def _spot(self, written: etree._Element) -> Spot:
        preset = written.findtext("tt:PresetDetail/tt:PresetToken", None, NAMESPACES)
        home = written.findtext("tt:PresetDetail/tt:Home", None, NAMESPACES)
        if preset is None and home not in {"true", "1"}:
            raise invalid("ter:InvalidPresetTour", "a spot is neither a preset nor home")
        if preset is not None and preset not in {each.token for each in self._steering.presets()}:
            raise invalid("ter:InvalidPresetTour", f"no preset {preset}")
        said = written.findtext("tt:StayTime", "PT5S", NAMESPACES)
        stay_s = duration_s(said)
        if stay_s is None or not 0.0 <= stay_s <= MAX_STAY_S:
            raise invalid("ter:InvalidPresetTour", f"cannot stay for {said}")
        return Spot(preset, stay_s)

    async def _operate(self, call: Call) -> str:
        tour = self._named(call)
        state = _STATES.get(call.text("tptz:Operation") or "")
        if state is None:
            raise invalid("ter:InvalidArgVal", f"no operation {call.text('tptz:Operation')}")
        if state == "Touring" and not tour.spots:
            raise _failed("ter:ActivationFailed", "the tour has no spots")
        if state == "Paused" and tour.state != "Touring":
            raise _failed("ter:ActivationFailed", "the tour is not being walked")
        self._rest()
        if state != "Paused":
            tour.at = tour.at if tour.state == "Paused" and state == "Touring" else 0
            for each in self.tours.values():
                each.state = "Idle"
        if state != "Touring":
            self._steering.stop()
            tour.state = state
        elif self.walks:
            tour.state = state
            self._walking = asyncio.get_running_loop().create_task(self._walk(tour))
        return "<tptz:OperatePresetTourResponse/>"

    async def _remove(self, call: Call) -> str:
        tour = self._named(call)
        if tour.state == "Touring":
            self._rest()
        del self.tours[tour.token]
        return "<tptz:RemovePresetTourResponse/>"

    def _named(self, call: Call) -> Tour:
        demand_profile(call)
        token = call.text("tptz:PresetTourToken") or ""
        if token not in self.tours:
            raise invalid("ter:NoToken", f"no tour {token}")
        return self.tours[token]


def _failed(detail: str, reason: str) -> Fault:
    return Fault("ter:Action", detail, reason=reason, receiver=True, status=500)


def _written(tour: Tour) -> str:
    name = f"<tt:Name>{text(tour.name)}</tt:Name>" if tour.name else ""
    spots = "".join(_spot_body("TourSpot", spot) for spot in tour.spots)
    at = _spot_body("CurrentTourSpot", tour.spots[tour.at]) if tour.state != "Idle" else ""
    return (
        f"<tptz:PresetTour token={attribute(tour.token)}>{name}"
        f"<tt:Status><tt:State>{tour.state}</tt:State>{at}</tt:Status>"
        f"<tt:AutoStart>{flag(tour.auto_start)}</tt:AutoStart>"
        "<tt:StartingCondition><tt:Direction>Forward</tt:Direction></tt:StartingCondition>"
        f"{spots}</tptz:PresetTour>"
    )


def _spot_body(element: str, spot: Spot) -> str:
    where = (
        "<tt:Home>true</tt:Home>"
        if spot.preset is None
        else f"<tt:PresetToken>{text(spot.preset)}</tt:PresetToken>"
    )
    return (
        f"<tt:{element}><tt:PresetDetail>{where}</tt:PresetDetail>"
        f"<tt:StayTime>PT{spot.stay_s:g}S</tt:StayTime></tt:{element}>"
    )
