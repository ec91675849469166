"""Every way a camera may want its login, learned from a simulated device in few round trips."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.onvif.calls import DOUBT_S
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.errors import CameraBusy, ClockSkewed, NotAuthorised
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from simulators.device.login import Authentication, Login
from tests.fakes.clock import VirtualClock
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice
from tests.fakes.store import MemoryStore


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


HTTP = [each for each in Authentication if each is not Authentication.TEXT]
"""What is spoken without TLS."""
EVERY = wanting(*HTTP)
PROTECTED = wanting(*(each for each in HTTP if each is not Authentication.NONE))


def link(cameras: OnvifCameras, simulated: SimulatedDevice, password: str = PASSWORD) -> CameraLink:
    unit = simulated.unit
    path = "/onvif/device_service"
    approval = Approval(CameraId("dock"), unit.host, unit.onvif_port, path, "dock", None, "anna")
    return cameras.link(approval, Credentials(USERNAME, Secret(password)))


@PROTECTED
async def test_a_refused_login_is_not_tried_again_by_the_next_run_until_it_is_another(
    simulated: SimulatedDevice,
) -> None:
    store, unit = MemoryStore(), simulated.unit
    path = "/onvif/device_service"
    approval = Approval(CameraId("dock"), unit.host, unit.onvif_port, path, "dock", None, "anna")

    async def run(password: str) -> str:
        async with OnvifCameras(SystemClock(), refusals=store) as cameras:
            login = Credentials(USERNAME, Secret(password))
            return (await cameras.link(approval, login).interview()).serial

    with pytest.raises(NotAuthorised):
        await run("wrong")
    tried = simulated.access.wrong_passwords
    for _ in range(2):
        with pytest.raises(NotAuthorised, match="that was before, with the same secret"):
            await run("wrong")
    assert simulated.access.wrong_passwords == tried
    assert await run(PASSWORD) == unit.serial

    await store.forgive(CameraId("dock"))
    with pytest.raises(NotAuthorised):
        await run("wrong")
    assert simulated.access.wrong_passwords > tried


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
async def test_a_login_that_worked_is_tried_once_more_a_minute_later_and_never_again(
    simulated: SimulatedDevice,
) -> None:
    clock = VirtualClock()
    async with OnvifCameras(clock) as cameras:
        dock = link(cameras, simulated)
        await dock.interview()
        simulated.access.login = Login(USERNAME, "changed")

        for _ in range(5):
            with pytest.raises(CameraBusy, match="worked before"):
                await dock.head()
        before = simulated.access.wrong_passwords
        await clock.advance(DOUBT_S)
        for _ in range(5):
            with pytest.raises(NotAuthorised):
                await dock.head()

        assert before <= 2
        assert simulated.access.wrong_passwords == before + 1
        await dock.alive()


@PROTECTED
async def test_a_camera_that_refuses_everybody_for_a_while_is_let_be_and_comes_back(
    simulated: SimulatedDevice,
) -> None:
    clock = VirtualClock()
    async with OnvifCameras(clock) as cameras:
        dock = link(cameras, simulated)
        await dock.interview()
        simulated.access.login = Login(USERNAME, "out of connections")
        with pytest.raises(CameraBusy):
            await dock.head()
        simulated.access.login = Login(USERNAME, PASSWORD)
        asked = dict(simulated.device.soap.calls)

        with pytest.raises(CameraBusy):
            await dock.head()
        assert simulated.device.soap.calls == asked
        await clock.advance(DOUBT_S)
        await asyncio.gather(*(dock.head() for _ in range(4)))


@wanting(Authentication.WSSE)
async def test_a_token_refused_since_the_clock_was_set_is_dated_anew(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    dock = link(cameras, simulated)
    await dock.interview()
    simulated.clock.ahead_s = 290.0
    await dock.head()

    simulated.clock.ahead_s = -290.0
    await dock.head()
    simulated.clock.ahead_s = 290.0
    await dock.head()

    assert simulated.access.wrong_passwords == 0


@wanting(Authentication.WSSE)
async def test_a_clock_that_has_gone_far_off_is_named_and_not_the_login(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    dock = link(cameras, simulated)
    await dock.interview()
    simulated.clock.ahead_s = 4000.0

    with pytest.raises(ClockSkewed):
        await dock.head()
    simulated.clock.ahead_s = 0.0
    await dock.head()


@wanting(Authentication.DIGEST, Authentication.WSSE)
@pytest.mark.parametrize(
    "broken",
    [
        ("<tt:Month>[0-9]+", "<tt:Month>13"),
        ("<tt:Day>[0-9]+", "<tt:Day>0"),
        ("<tt:Hour>[0-9]+</tt:Hour>", ""),
        ("<tt:Minute>[0-9]+", "<tt:Minute>sixty"),
        ("<tt:Year>[0-9]+", "<tt:Year>99999"),
    ],
    ids=lambda pair: pair[1] or "no hour",
)
async def test_a_date_that_does_not_exist_costs_no_camera(
    cameras: OnvifCameras, simulated: SimulatedDevice, broken: tuple[str, str]
) -> None:
    simulated.device.soap.rewrites.append(
        ("tds:GetSystemDateAndTime", lambda answer: re.sub(*broken, answer))
    )

    passport = await link(cameras, simulated).interview()

    assert passport.clock_offset_s == 0.0
    assert simulated.access.wrong_passwords == 0


@wanting(Authentication.TEXT)
async def test_a_camera_that_wants_a_readable_password_is_not_given_it_without_tls(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    unit = simulated.unit
    path = "/onvif/device_service"
    word = Approval(
        *(CameraId("dock"), unit.host, unit.onvif_port, path, "dock", None, "anna"),
        password_text=True,
    )

    with pytest.raises(NotAuthorised):
        await cameras.link(word, Credentials(USERNAME, Secret(PASSWORD))).interview()

    assert simulated.access.wrong_passwords == 1


@EVERY
async def test_a_nonce_that_the_camera_forgot_is_renewed_unseen(
    cameras: OnvifCameras, simulated: SimulatedDevice
) -> None:
    dock = link(cameras, simulated)
    await dock.interview()
    simulated.access._digest._nonces.clear()

    await asyncio.gather(*(dock.head() for _ in range(6)))

    assert simulated.access.wrong_passwords == 0
