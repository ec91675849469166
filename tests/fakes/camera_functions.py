"""What a camera in memory does beside showing and turning: tours, masks, relays, its place, stills."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from orchestrator.domain.ids import CameraId, MaskId, PresetName, RelayId, TourName
from orchestrator.domain.masks import Cover, KeptMask, Mask, MaskRoom, WrittenMask
from orchestrator.domain.optics import Control, Optics
from orchestrator.domain.place import Place
from orchestrator.domain.relays import Contact, Relay, RelayMode
from orchestrator.domain.still import Still
from orchestrator.domain.tours import Tour, TourOrder, TourState
from orchestrator.errors import BadAnswer, CameraFault
from orchestrator.privacy import fitting, left_clear

ROOM = MaskRoom(8, 16, frozenset({Cover.COLOUR, Cover.PIXELS, Cover.BLUR}))
RELAYS = (
    Relay(RelayId("relay_0"), RelayMode.BISTABLE, 0.0, Contact.OPEN),
    Relay(RelayId("relay_1"), RelayMode.MONOSTABLE, 1.5, Contact.OPEN),
)
PICTURE = Still(b"\xff\xd8\xff", 640, 360)
AS_BOUGHT = Optics(Control.AUTO, 0.02, 0.0, Control.AUTO)
Check = Callable[[str], None]
"""Raises what is wrong with asking for an operation, if anything is."""


@dataclass
class Functions:
    """What is set on one device, and what it does not do of it."""

    tours: dict[TourName, Tour] = field(default_factory=dict)
    walks: bool = True
    masks: dict[MaskId, Mask] = field(default_factory=dict)
    room: MaskRoom = ROOM
    keeps_masks: bool = True
    relays: dict[RelayId, Relay] = field(default_factory=lambda: {each.id: each for each in RELAYS})
    active: set[RelayId] = field(default_factory=set)
    optics: Optics = AS_BOUGHT
    focusing: float = 0.0
    place: Place | None = None
    keeps_place: bool = True
    looked_at: Place | None = None
    still: Still = PICTURE


@dataclass
class Caller:
    """Who is asked: the device's functions, its name, and the checks before anything is done."""

    functions: Functions
    camera: CameraId
    logged_in: Check
    has_head: Check

    def fault(self, message: str, operation: str, code: str) -> CameraFault:
        return CameraFault(message, camera=self.camera, operation=operation, code=code)

    def refused(self, message: str, operation: str) -> BadAnswer:
        return BadAnswer(message, camera=self.camera, operation=operation)


class FakeTours:
    """The ``Tours`` port."""

    def __init__(self, asked: Caller, presets: Callable[[], Sequence[PresetName]]) -> None:
        self._asked = asked
        self._presets = presets

    async def listed(self) -> Sequence[Tour]:
        self._asked.has_head("GetPresetTours")
        return tuple(self._asked.functions.tours.values())

    async def order(self, tour: TourName, order: TourOrder) -> Tour:
        found = self._named(tour, "OperatePresetTour")
        state = order.leads_to
        if (state is TourState.PAUSED and found.state is not TourState.TOURING) or (
            state is TourState.TOURING and not found.spots
        ):
            raise self._asked.fault("it cannot", "OperatePresetTour", "ActivationFailed")
        if state is not TourState.TOURING or self._asked.functions.walks:
            self._asked.functions.tours[tour] = replace(found, state=state)
        return self._asked.functions.tours[tour]

    async def write(self, tour: Tour) -> Tour:
        self._asked.has_head("ModifyPresetTour")
        for spot in tour.spots:
            if spot.preset is not None and spot.preset not in self._presets():
                raise self._asked.fault("no such preset", "GotoPreset", "PresetMissing")
        self._asked.functions.tours[tour.name] = replace(tour, state=TourState.IDLE)
        return self._asked.functions.tours[tour.name]

    async def remove(self, tour: TourName) -> None:
        del self._asked.functions.tours[self._named(tour, "RemovePresetTour").name]

    def _named(self, tour: TourName, operation: str) -> Tour:
        self._asked.has_head(operation)
        if tour not in self._asked.functions.tours:
            raise self._asked.fault(f"it has no tour `{tour}`", operation, "TourMissing")
        return self._asked.functions.tours[tour]


class FakeMasks:
    """The ``Masks`` port."""

    def __init__(self, asked: Caller) -> None:
        self._asked = asked
        self._made = 0

    async def room(self) -> MaskRoom:
        self._asked.logged_in("GetMaskOptions")
        return self._asked.functions.room

    async def kept(self) -> Sequence[KeptMask]:
        self._asked.logged_in("GetMasks")
        return tuple(KeptMask(at, mask) for at, mask in self._asked.functions.masks.items())

    async def write(self, mask: Mask, at: MaskId | None = None) -> WrittenMask:
        self._asked.logged_in("CreateMask")
        functions = self._asked.functions
        if at is None:
            self._made += 1
            at = MaskId(f"mask_{self._made}")
        elif at not in functions.masks:
            raise self._asked.fault("no such mask", "SetMask", "NoConfig")
        if functions.keeps_masks:
            functions.masks[at] = fitting(mask, functions.room)
        if at not in functions.masks:
            raise self._asked.refused("it has none", "GetMasks")
        kept = functions.masks[at]
        return WrittenMask(mask, KeptMask(at, kept), left_clear(mask, kept))

    async def remove(self, at: MaskId) -> None:
        self._asked.logged_in("DeleteMask")
        if self._asked.functions.masks.pop(at, None) is None:
            raise self._asked.fault("no such mask", "DeleteMask", "NoConfig")


class FakeEye:
    """The ``Eye`` port."""

    def __init__(self, asked: Caller) -> None:
        self._asked = asked

    async def now(self) -> Optics:
        self._asked.logged_in("GetImagingSettings")
        return self._asked.functions.optics

    async def set(self, wanted: Optics) -> Optics:
        self._asked.logged_in("SetImagingSettings")
        now = self._asked.functions.optics
        by_hand = wanted.exposure_s is not None or wanted.gain_db is not None
        self._asked.functions.optics = Optics(
            wanted.exposure or (Control.MANUAL if by_hand else now.exposure),
            now.exposure_s if wanted.exposure_s is None else wanted.exposure_s,
            now.gain_db if wanted.gain_db is None else wanted.gain_db,
            wanted.focus or now.focus,
        )
        return self._asked.functions.optics

    async def move_focus(self, speed: float) -> None:
        self._asked.logged_in("Move")
        self._asked.functions.focusing = speed


class FakeRelays:
    """The ``Relays`` port."""

    def __init__(self, asked: Caller) -> None:
        self._asked = asked

    async def listed(self) -> Sequence[Relay]:
        self._asked.logged_in("GetRelayOutputs")
        return tuple(self._asked.functions.relays.values())

    async def switch(self, relay: RelayId, *, active: bool) -> None:
        self._known(relay, "SetRelayOutputState")
        turn = self._asked.functions.active.add if active else self._asked.functions.active.discard
        turn(relay)

    async def write(self, relay: Relay) -> Relay:
        self._known(relay.id, "SetRelayOutputSettings")
        self._asked.functions.relays[relay.id] = relay
        return relay

    def _known(self, relay: RelayId, operation: str) -> None:
        self._asked.logged_in(operation)
        if relay not in self._asked.functions.relays:
            raise self._asked.fault("no such relay", operation, "RelayToken")


class FakePlaces:
    """The ``Places`` port."""

    def __init__(self, asked: Caller) -> None:
        self._asked = asked

    async def where(self) -> Place | None:
        self._asked.logged_in("GetGeoLocation")
        return self._asked.functions.place

    async def set(self, at: Place) -> Place:
        self._asked.logged_in("SetGeoLocation")
        if not self._asked.functions.keeps_place:
            raise self._asked.refused("it tells nothing", "GetGeoLocation")
        self._asked.functions.place = at
        return at

    async def forget(self) -> None:
        self._asked.logged_in("DeleteGeoLocation")
        self._asked.functions.place = None

    async def look_at(self, at: Place) -> None:
        self._asked.has_head("GeoMove")
        if self._asked.functions.place is None:
            raise self._asked.fault("it does not know where it is", "GeoMove", "GeoMove")
        self._asked.functions.looked_at = at
