"""From nothing but an interface to approved, kept cameras: the real parts together."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from orchestrator.adapters.onvif import OnvifCameras, WsDiscovery
from orchestrator.adapters.system import SystemClock
from orchestrator.discover import discovered
from orchestrator.domain.camera import Camera, Lens, LinkState, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Interviewed, LinkSeen, Observation
from orchestrator.domain.site import Plan, Site
from orchestrator.onboard import approved, keep_onboard
from orchestrator.ports import Credentials, Secret
from simulators.device.login import Authentication, Login
from simulators.discovery import Responder
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice
from tests.fakes.store import MemoryStore

pytestmark = pytest.mark.slow


class OneLogin:
    """The ``Secrets`` port with the same login for every name."""

    def credentials(self, name: str) -> Credentials:
        return Credentials(USERNAME, Secret(PASSWORD))


@pytest.fixture
async def simulated() -> AsyncIterator[list[SimulatedDevice]]:
    devices = [SimulatedDevice(Authentication.BOTH, serial=f"SIM-{n}") for n in range(4)]
    responders = [Responder([device.unit], random.Random(n)) for n, device in enumerate(devices)]
    for device, responder in zip(devices, responders, strict=True):
        await device.device.open()
        await responder.open()
    yield devices
    for device, responder in zip(devices, responders, strict=True):
        responder.close()
        await device.device.close()


@pytest.fixture
async def cameras() -> AsyncIterator[OnvifCameras]:
    async with OnvifCameras(SystemClock()) as opened:
        await opened.ready()
        yield opened


def listed(name: str, device: SimulatedDevice, serial: str | None = None) -> Camera:
    unit = device.unit
    mount, lens = Mount(0.0, 0.0, 4.0, 0.0, -20.0), Lens(60.0, 60.0, 640, 360)
    return Camera(CameraId(name), unit.host, unit.onvif_port, name, mount, lens, serial=serial)


async def test_listed_cameras_are_approved_and_nobody_else_is_asked_anything(
    simulated: list[SimulatedDevice], cameras: OnvifCameras
) -> None:
    gate, dock, swapped, neighbour = simulated
    dock.access.login = Login(USERNAME, "changed by somebody")
    site = Site(
        "test",
        "UTC",
        Plan(10.0, 10.0),
        (listed("gate", gate, "SIM-0"), listed("dock", dock), listed("yard", swapped, "SIM-77")),
    )
    store = MemoryStore()

    found = await discovered(WsDiscovery(), interfaces=["127.0.0.1"], duration_s=0.6)
    report = await approved(site, found, cameras, OneLogin(), store, approved_by="anna")

    [approval] = await store.approvals()
    assert (approval.camera, approval.host, approval.serial) == ("gate", gate.unit.host, "SIM-0")
    assert set(report.failed) == {"dock", "yard"}
    assert neighbour.unit.host in {candidate.host for candidate in report.unlisted}
    assert neighbour.device.soap.calls == {}
    assert dock.access.wrong_passwords == 1
    assert PASSWORD not in "".join(report.lines)


async def test_a_camera_is_kept_until_it_dies_and_the_operator_reads_why(
    simulated: list[SimulatedDevice], cameras: OnvifCameras
) -> None:
    gate = listed("gate", simulated[0])
    store, seen = MemoryStore(), asyncio.Queue[Observation]()
    found = await discovered(WsDiscovery(), interfaces=["127.0.0.1"], duration_s=0.6)
    site = Site("test", "UTC", Plan(10.0, 10.0), (gate,))
    report = await approved(site, found, cameras, OneLogin(), store, approved_by="anna")
    link = cameras.link(report.approved[0], OneLogin().credentials("gate"))

    keeping = asyncio.create_task(
        keep_onboard(
            gate,
            link,
            clock=ImpatientClock(),
            store=store,
            report=seen.put_nowait,
            renewed=asyncio.Event().wait,
        )
    )
    assert isinstance(await seen.get(), Interviewed)
    online = await seen.get()
    await simulated[0].device.close()
    offline = await seen.get()
    await simulated[0].device.open()
    assert isinstance(await seen.get(), Interviewed)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)

    assert isinstance(online, LinkSeen)
    assert online.state is LinkState.ONLINE
    assert isinstance(offline, LinkSeen)
    assert offline.state is LinkState.OFFLINE
    assert f"camera `gate` at {gate.host}:{gate.port} cannot be reached" in offline.reason


class ImpatientClock(SystemClock):
    """The machine's clock, with every pause a hundredth as long."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 100.0)
