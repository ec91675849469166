"""One whole device: its services put together, its head watched, its doors opened and closed."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable

from simulators.clock import CameraClock
from simulators.device.access import Access
from simulators.device.auxiliary import Auxiliaries
from simulators.device.describe import DeviceService
from simulators.device.events import (
    DIGITAL_INPUT,
    MOTION,
    PRESETS,
    RELAY,
    SCENE_CHANGE,
    TOO_DARK,
    EventService,
)
from simulators.device.http import SoapServer
from simulators.device.imaging import ImagingService
from simulators.device.masks import MaskService
from simulators.device.media import MediaService
from simulators.device.media2 import Media2Service
from simulators.device.place import USUAL_REACH, PlaceService, Reach
from simulators.device.ptz import PtzService
from simulators.device.relays import RelayService
from simulators.device.spaces import USUAL, Manner
from simulators.device.steering import Steering
from simulators.device.table import Handler
from simulators.device.tours import TourService
from simulators.device.unit import PTZ_CONFIGURATION, SOURCE, Unit

_MOVES = frozenset(
    f"tptz:{name}"
    for name in (
        "AbsoluteMove",
        "RelativeMove",
        "ContinuousMove",
        "GotoPreset",
        "GotoHomePosition",
        "GeoMove",
        "Stop",
    )
)


class OnvifDevice:
    """The SOAP side of a camera."""

    def __init__(
        self,
        unit: Unit,
        access: Access,
        clock: CameraClock,
        *,
        steering: Steering | None,
        manner: Manner = USUAL,
        reach: Reach = USUAL_REACH,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        snapshot: Callable[[], Awaitable[bytes]],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Put the services together; a camera without a head has no PTZ service.

        ``tls`` holds the certificate that it shows; None: it speaks plain HTTP.
        """
        self.unit = unit
        self.tls = tls
        self.access = access
        self.clock = clock
        self.events = EventService(unit, now_s=time.monotonic, wall_s=clock.wall_s)
        self.imaging = ImagingService()
        self.auxiliaries = Auxiliaries(has_head=steering is not None)
        self.masks = MaskService()
        self.relays = RelayService(now_s=time.monotonic, told=self._relay_switched)
        self.place = PlaceService(steering, reach)
        self.tours = None if steering is None else TourService(steering, pause=pause)
        operations: dict[str, Handler] = {
            **DeviceService(
                unit,
                wall_s=clock.wall_s,
                username=lambda: access.login.username,
                accepts_token=access.authentication.accepts_token,
                accepts_digest=bool(access.authentication.digests),
            ).operations,
            **MediaService(unit, manner).operations,
            **Media2Service(unit, manner).operations,
            **self.masks.operations,
            **self.relays.operations,
            **self.place.operations,
            **self.imaging.operations,
            **self.auxiliaries.operations,
            **self.events.operations,
        }
        if steering is not None:
            operations |= PtzService(
                steering, wall_s=clock.wall_s, manner=manner, pause=pause
            ).operations
        if self.tours is not None:
            moves = {
                name: self.tours.ended_by(operations[name]) for name in _MOVES & set(operations)
            }
            operations |= {**moves, **self.tours.operations}
        self.soap = SoapServer(access, operations, snapshot)

    async def open(self) -> None:
        """Listen for SOAP calls."""
        await self.soap.open(self.unit.host, self.unit.onvif_port, self.tls)

    async def close(self) -> None:
        """Stop listening; what lived in memory is lost."""
        await self.soap.close()
        self.events.forget()
        self.imaging.restart()
        if self.tours is not None:
            self.tours.end()

    def preset_event(self, what: str, token: str, name: str) -> None:
        """Tell subscribers that a preset was Invoked, Reached, Aborted or Left."""
        source = {"PTZConfigurationToken": PTZ_CONFIGURATION}
        self.events.publish(f"{PRESETS}/{what}", source, {"PresetToken": token, "PresetName": name})

    def motion_alarm(self, *, moving: bool) -> None:
        """Tell subscribers whether something moves in the picture."""
        state = "true" if moving else "false"
        self.events.publish(MOTION, {"Source": SOURCE}, {"State": state}, lasting=True)

    def tampered(self, *, covered: bool) -> None:
        """Tell subscribers whether the lens is covered: another scene at once, and too dark."""
        state = "true" if covered else "false"
        for topic in (SCENE_CHANGE, TOO_DARK):
            self.events.publish(topic, {"Source": SOURCE}, {"State": state}, lasting=True)

    def contact(self, token: str, *, closed: bool) -> None:
        """Tell subscribers whether a contact at one of its inputs is closed."""
        state = "true" if closed else "false"
        self.events.publish(
            DIGITAL_INPUT, {"InputToken": token}, {"LogicalState": state}, lasting=True
        )

    def _relay_switched(self, token: str, active: bool) -> None:
        state = {"LogicalState": "active" if active else "inactive"}
        self.events.publish(RELAY, {"RelayToken": token}, state, lasting=True)
