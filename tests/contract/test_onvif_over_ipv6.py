"""A camera that has nothing but a link-local IPv6 address is found, and logged in to."""

import random

import pytest

from orchestrator.adapters.onvif import OnvifCameras, WsDiscovery
from orchestrator.adapters.onvif.discovery.footholds import footholds
from orchestrator.adapters.system import SystemClock
from orchestrator.discover import discovered
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval, Credentials, Secret
from simulators.discovery import Responder
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

pytestmark = pytest.mark.slow


def link_local() -> str:
    """Return a link-local address of this machine with its zone, or skip: `lo` has none."""
    import ifaddr  # noqa: PLC0415 - what this machine has is asked only here

    names = {adapter.index: adapter.nice_name for adapter in ifaddr.get_adapters()}
    local = [each for each in footholds(()) if each.version == 6]
    if not local:
        pytest.skip("no interface of this machine has a link-local IPv6 address")
    return f"{local[0].address}%{names[local[0].index]}"


async def test_a_camera_at_a_link_local_address_is_found_and_interviewed() -> None:
    host = link_local()
    camera = SimulatedDevice(serial="SIM-6", host=host)
    responder = Responder([camera.unit], random.Random(6))
    await camera.device.open()
    await responder.open()
    try:
        zone = host.partition("%")[2]
        heard = await discovered(WsDiscovery(), interfaces=[zone], duration_s=0.6)
        [found] = [each for each in heard if each.port == camera.unit.onvif_port]
        approval = Approval(
            CameraId("dock"), found.host, found.port, found.path, "dock", "SIM-6", "anna"
        )
        async with OnvifCameras(SystemClock()) as cameras:
            link = cameras.link(approval, Credentials(USERNAME, Secret(PASSWORD)))
            passport = await link.interview()
    finally:
        responder.close()
        await camera.device.close()

    assert found.host == host
    assert passport.serial == "SIM-6"
