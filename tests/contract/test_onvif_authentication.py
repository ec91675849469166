"""Every way a camera may want its login, learned from a simulated device in few round trips."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.errors import NotAuthorised
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from simulators.device.login import Authentication, Login
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice


@pytest.fixture
async def cameras() -> AsyncIterator[OnvifCameras]:
    async with OnvifCameras(SystemClock()) as opened:
        await opened.ready()
        yield opened


@pytest.fixture
async def simulated(request: pytest.FixtureRequest) -> AsyncIterator[SimulatedDevice]:
    device = SimulatedDevice(request.param)
    await device.device.open()
    yield device
    await device.device.close()


def wanting(*schemes: Authentication) -> pytest.MarkDecorator:
    names = [scheme.value for scheme in schemes]
    return pytest.mark.parametrize("simulated", schemes, indirect=True, ids=names)


EVERY = wanting(*Authentication)
PROTECTED = wanting(*(each for each in Authentication if each is not Authentication.NONE))


def link(cameras: OnvifCameras, simulated: SimulatedDevice, password: str = PASSWORD) -> CameraLink:
    unit = simulated.unit
    path = "/onvif/device_service"
    approval = Approval(CameraId("dock"), unit.host, unit.onvif_port, path, "dock", None, "anna")
    return cameras.link(approval, Credentials(USERNAME, Secret(password)))


LEARNED = {
    Authentication.NONE: "none",
    Authentication.DIGEST: "http-digest",
    Authentication.DIGEST_SHA256: "http-digest",
    Authentication.WSSE: "ws-usernametoken",
    Authentication.BOTH: "http-digest",
}


@EVERY
async def test_the_way_to_log_in_is_learned_without_a_wrong_try(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    passport = await link(cameras, simulated).interview()

    assert passport.authentication == LEARNED[simulated.access.authentication]
    assert simulated.access.wrong_passwords == simulated.access.replays == 0


@EVERY
async def test_what_was_learned_costs_no_further_round_trip(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    dock = link(cameras, simulated)
    await dock.interview()
    before = simulated.device.soap.calls.get("tptz:GetStatus", 0)

    for _ in range(5):
        await dock.head()

    assert simulated.device.soap.calls["tptz:GetStatus"] - before == 5


@EVERY
async def test_many_calls_at_once_need_no_second_login(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    dock = link(cameras, simulated)

    await asyncio.gather(*(dock.head() for _ in range(20)), dock.goto_preset(PresetName("gate")))

    assert simulated.access.wrong_passwords == simulated.access.replays == 0


@PROTECTED
async def test_many_calls_at_once_try_a_wrong_password_once(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    dock = link(cameras, simulated, "wrong")

    results = await asyncio.gather(*(dock.head() for _ in range(20)), return_exceptions=True)

    assert {type(result) for result in results} == {NotAuthorised}
    assert simulated.access.wrong_passwords == 1


@PROTECTED
async def test_a_password_changed_on_the_camera_is_tried_once_more_and_never_again(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    dock = link(cameras, simulated)
    await dock.interview()
    simulated.access.login = Login(USERNAME, "changed")

    for _ in range(5):
        with pytest.raises(NotAuthorised):
            await dock.head()

    assert simulated.access.wrong_passwords <= 2
    await dock.alive()


@EVERY
async def test_a_nonce_that_the_camera_forgot_is_renewed_unseen(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    dock = link(cameras, simulated)
    await dock.interview()
    simulated.access._digest._nonces.clear()

    await asyncio.gather(*(dock.head() for _ in range(6)))

    assert simulated.access.wrong_passwords == 0
