"""A camera that locks its user out, and a wrong password, for a day of virtual time.

All that would send the login tries: keeping it on board, listening to it, and an operator who asks
it something every five minutes. One device for each way to log in; none may lock its user out.
"""

import asyncio
from contextlib import suppress

from orchestrator.adapters.onvif.engine import engine
from orchestrator.adapters.onvif.link import OnvifLink
from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import PresetName
from orchestrator.errors import CameraError
from orchestrator.onboard import keep_onboard
from orchestrator.ports import DEVICE_SERVICE, Approval, Credentials, Secret
from orchestrator.watch import listened
from simulators.clock import CameraClock
from simulators.device.access import Access
from simulators.device.camera import OnvifDevice
from simulators.device.login import Authentication, Login
from simulators.device.quirks import LocksOut
from simulators.device.unit import Unit
from tests.benchmarks.measures import Measure
from tests.fakes.clock import VirtualClock
from tests.fakes.onvif_site import StillHead
from tests.fakes.quirky_site import DOME, NoWire
from tests.fakes.store import MemoryStore

DAY_S = 86_400.0
_EVERY_S = 300.0
_WAYS = tuple(each for each in Authentication if each is not Authentication.NONE)


async def measured() -> list[Measure]:
    """Let a day pass for each way to log in."""
    await engine()  # which takes real time, and there is only virtual time below
    doors = [await _after_a_day(way) for way in _WAYS]
    assert all(each.wrong_passwords for each in doors), "the wrong password was never tried"
    return [
        Measure("lockouts", sum(each.locked for each in doors), "devices", must=0),
        Measure(
            "lockout_wrong_passwords", max(each.wrong_passwords for each in doors), "a day", must=2
        ),
    ]


async def _after_a_day(way: Authentication) -> Access:
    clock, camera_clock = VirtualClock(), CameraClock()
    unit = Unit(
        *("dome", DOME.host, DOME.port, 554, "SIM-7", "Locks", 640, 360, 10.0, 1_000_000),
        has_ptz=True,
    )
    access = Access(Login("anna", "right"), way, realm="locks", wall_s=camera_clock.wall_s)
    device = OnvifDevice(unit, access, camera_clock, steering=StillHead(), snapshot=_no_picture)
    LocksOut().put_on(device)
    wire = NoWire(device, clock)
    approval = Approval(DOME.id, DOME.host, DOME.port, DEVICE_SERVICE, "dome", None, "anna")
    link = OnvifLink(
        approval,
        Credentials("anna", Secret("wrong")),
        transport=wire,
        clock=clock,
        utc=lambda: clock.now().wall,
    )
    camera_clock.ahead_s = (clock.now().wall.timestamp()) - CameraClock().wall_s()
    tasks = [
        asyncio.create_task(_kept(DOME, link, clock)),
        asyncio.create_task(listened(DOME, link, report=lambda _seen: None, clock=clock)),
        asyncio.create_task(_asked(link, clock)),
    ]
    await clock.advance(DAY_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return access


async def _kept(camera: Camera, link: OnvifLink, clock: VirtualClock) -> None:
    await keep_onboard(
        camera,
        link,
        store=MemoryStore(),
        clock=clock,
        report=lambda _seen: None,
        renewed=asyncio.Event().wait,
    )


async def _asked(link: OnvifLink, clock: VirtualClock) -> None:
    """Have somebody press a button every five minutes."""
    while True:
        for press in (link.head, link.stop, lambda: link.goto_preset(PresetName("gate"))):
            with suppress(CameraError):
                await press()
        await clock.sleep(_EVERY_S)


async def _no_picture() -> bytes:
    return b""
