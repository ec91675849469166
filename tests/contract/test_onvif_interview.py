"""What an interview finds by asking: services that are there, ranges, pictures; nothing moves."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import CameraId
from orchestrator.domain.moving import Span
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

MOVES = ("Goto", "Absolute", "Relative", "Continuous", "Stop", "SetPreset", "SetHome", "Auxiliary")


@dataclass
class Scene:
    simulated: SimulatedDevice
    link: CameraLink


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    simulated = SimulatedDevice()
    await simulated.device.open()
    unit = simulated.unit
    async with OnvifCameras(SystemClock()) as cameras:
        path = "/onvif/device_service"
        dock = CameraId("dock")
        approval = Approval(dock, unit.host, unit.onvif_port, path, "dock", None, "anna")
        yield Scene(simulated, cameras.link(approval, Credentials(USERNAME, Secret(PASSWORD))))
    await simulated.device.close()


async def test_a_passport_says_what_is_there_and_how_far_it_goes(scene: Scene) -> None:
    passport = await scene.link.interview()

    assert passport.services == {"device", "media2", "ptz", "imaging", "events"}
    assert passport.absent == frozenset()
    assert passport.events == "pull point"
    unit = scene.simulated.unit
    assert passport.snapshot == f"http://{unit.host}:{unit.onvif_port}/snapshot.jpg"
    assert passport.moves is not None
    spaces = passport.moves.spaces
    assert Span("PanTiltSpaces/PositionGenericSpace", "x", -1.0, 1.0) in spaces
    assert Span("ZoomSpaces/PositionGenericSpace", "z", 0.0, 1.0) in spaces


@pytest.mark.parametrize("service", ["media2", "ptz", "imaging", "event"])
async def test_a_service_whose_address_leads_nowhere_is_absent_and_the_camera_is_not(
    scene: Scene, service: str
) -> None:
    scene.simulated.device.soap.dead = frozenset({f"/onvif/{service}_service"})

    passport = await scene.link.interview()

    absent = {"event": "events"}.get(service, service)
    assert passport.absent == {absent}
    assert absent not in passport.services
    assert passport.serial == "SIM-1"


async def test_no_question_of_an_interview_moves_anything(scene: Scene) -> None:
    await scene.link.interview()

    asked = scene.simulated.device.soap.calls
    assert not [each for each in asked if any(word in each for word in MOVES)]
    assert not [each for each in asked if each.partition(":")[2].startswith(("Set", "Create"))]


async def test_what_one_list_of_services_forgets_the_other_one_tells(scene: Scene) -> None:
    forgets = re.compile(
        r"<tds:Service><tds:Namespace>http://www.onvif.org/ver20/ptz.*?</tds:Service>"
    )
    soap = scene.simulated.device.soap
    soap.rewrites.append(("tds:GetServices", lambda said: forgets.sub("", said)))

    passport = await scene.link.interview()

    assert passport.has_ptz
    assert "ptz" in passport.services


async def test_where_both_lists_tell_the_newer_one_is_believed(scene: Scene) -> None:
    soap = scene.simulated.device.soap
    elsewhere = "/onvif/nowhere_service"
    soap.rewrites += [
        ("tds:GetServices", lambda said: said.replace("/onvif/event_service", elsewhere)),
        ("tds:GetCapabilities", lambda said: said.replace("/onvif/ptz_service", elsewhere)),
    ]
    soap.dead = frozenset({elsewhere})

    passport = await scene.link.interview()

    assert passport.absent == {"events"}
    assert passport.has_ptz
