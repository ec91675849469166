"""A camera is covered, says so itself, and the shipped policy tells people; nothing is left on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.app import Doors, Service
from orchestrator.config import read_site
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval
from simulators.device.login import Authentication
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.files import MemoryFiles
from tests.fakes.frames import FakeFrames, until
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice
from tests.fakes.quiet import QuietWakeups
from tests.fakes.secrets import MemorySecrets
from tests.fakes.store import MemoryStore

DEMO = Path(__file__).parents[2] / "config" / "demo"
GATE = CameraId("gate-fixed")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@dataclass
class Guarded:
    """The demo's rules, with one camera of it on the network."""

    device: SimulatedDevice
    broker: MemoryBroker

    def alarms(self) -> list[str]:
        said = [msgspec.json.decode(each.payload) for each in self.broker.log if each.payload]
        return [each["say"] for each in said if "severity" in each and "say" in each]


@asynccontextmanager
async def guarded(authentication: Authentication) -> AsyncIterator[Guarded]:
    device = SimulatedDevice(authentication, serial="SIM-0001", has_ptz=False)
    await device.device.open()
    unit, clock, broker = device.unit, SystemClock(), MemoryBroker()
    site = read_site(DEMO)
    here = [
        replace(camera, host=unit.host, port=unit.onvif_port) if camera.id == GATE else camera
        for camera in site.cameras
    ]
    site = replace(site, cameras=tuple(here))
    path = "/onvif/device_service"
    approval = Approval(GATE, unit.host, unit.onvif_port, path, "gate", "SIM-0001", "anna")
    async with OnvifCameras(clock) as cameras:
        doors = Doors(
            cameras=cameras,
            frames=FakeFrames(),
            detector=None,
            bus=MemoryBus(broker),
            store=MemoryStore(),
            secrets=MemorySecrets({"gate": (USERNAME, PASSWORD)}),
            clock=clock,
            fresh=clock,
            wakeups=QuietWakeups(),
            files=MemoryFiles(site),
        )
        serving = asyncio.create_task(Service(site, doors, approvals=[approval], run="r").run())
        try:
            yield Guarded(device, broker)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    await device.device.close()


async def test_a_covered_camera_raises_the_shipped_alarm_and_a_stop_leaves_no_subscription() -> (
    None
):
    async with guarded(Authentication.DIGEST) as at:
        events = at.device.device.events
        await until(lambda: events.subscriptions == 1, timeout_s=60.0)

        at.device.device.tampered(covered=True)
        await until(at.alarms, timeout_s=60.0)

    assert any("gate-fixed reports: tamper" in said for said in at.alarms()), at.alarms()
    assert events.subscriptions == 0
    assert at.device.device.soap.calls["wsnt:Unsubscribe"] == 1


async def test_a_camera_that_restarts_is_heard_again() -> None:
    async with guarded(Authentication.DIGEST) as at:
        device = at.device.device
        await until(lambda: device.events.subscriptions == 1, timeout_s=60.0)
        await device.close()
        assert device.events.subscriptions == 0
        await device.open()
        await until(lambda: device.events.subscriptions == 1, timeout_s=60.0)

        device.tampered(covered=True)
        await until(at.alarms, timeout_s=60.0)

    assert device.events.subscriptions == 0
