"""One suite for the ``CameraLink`` port: the fake, and ONVIF against a simulated device."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.onvif.transport import STATUS_DEADLINE_S
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import PtzPose
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.imaging import SETTINGS, Imaging, Mode
from orchestrator.domain.moving import MOST_DRIVE_S, StopWay, Turn, Way
from orchestrator.domain.sighting import CameraReported, Report
from orchestrator.errors import (
    CameraFault,
    CameraTimeout,
    ClockSkewed,
    NotAuthorised,
    NotSupported,
    Stranger,
    Unreachable,
)
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from simulators.device.events import SCENE_CHANGE
from simulators.device.steering import Axes
from tests.fakes.camera_link import FakeCamera, FakeCameras
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

DOCK = CameraId("dock")
SCENE = "ImagingService/video_source_0"
HOME, WIDE, GATE = PresetName("home"), PresetName("wide"), PresetName("gate")


class Bench(Protocol):
    """A camera that a test can mistreat, and links to it."""

    def link(self, *, serial: str | None = None, password: str = PASSWORD) -> CameraLink: ...
    def presets_are(self, presets: dict[str, tuple[str, PtzPose]]) -> None: ...
    def pose(self) -> PtzPose: ...
    def starts_moving(self) -> None: ...
    def is_moving(self) -> bool: ...
    def told_to_end_after_s(self) -> float | None: ...
    def clock_is_ahead(self, seconds: float) -> None: ...
    def wrong_passwords(self) -> int: ...
    async def dies(self) -> None: ...
    async def comes_back(self) -> None: ...
    def falls_silent(self) -> None: ...
    def commands(self) -> list[str]: ...
    def is_covered(self, covered: bool) -> None: ...
    def subscriptions(self) -> int: ...
    def forgets_subscriptions(self) -> None: ...


PRESETS = {
    "1": ("home", PtzPose(0.0, 0.0, 0.0)),
    "2": ("wide", PtzPose(-0.25, 0.125, 0.0)),
    "3": ("gate", PtzPose(0.5, -0.25, 0.75)),
}


@dataclass
class FakeBench:
    device: FakeCamera
    cameras: FakeCameras = field(init=False)

    def __post_init__(self) -> None:
        self.device.username, self.device.password = USERNAME, PASSWORD
        self.cameras = FakeCameras({("127.0.0.1", 80): self.device}, SystemClock())
        self.presets_are(PRESETS)

    def link(self, *, serial: str | None = None, password: str = PASSWORD) -> CameraLink:
        approval = Approval(DOCK, "127.0.0.1", 80, "/onvif/device_service", "dock", serial, "anna")
        return self.cameras.link(approval, Credentials(USERNAME, Secret(password)))

    def presets_are(self, presets: dict[str, tuple[str, PtzPose]]) -> None:
        self.device.presets = [(token, name, pose) for token, (name, pose) in presets.items()]

    def pose(self) -> PtzPose:
        return self.device.pose

    def starts_moving(self) -> None:
        self.device.moving = True

    def is_moving(self) -> bool:
        return self.device.moving

    def told_to_end_after_s(self) -> float | None:
        return self.device.told_to_end_after_s

    def clock_is_ahead(self, seconds: float) -> None:
        self.device.clock_ahead_s = seconds

    def wrong_passwords(self) -> int:
        return self.device.wrong_passwords

    async def dies(self) -> None:
        self.device.dead = True

    async def comes_back(self) -> None:
        self.device.dead = False

    def falls_silent(self) -> None:
        self.device.silent = True

    def commands(self) -> list[str]:
        return self.device.auxiliary_sent

    def is_covered(self, covered: bool) -> None:
        self.device.tell(Report.TAMPER, active=covered, part=SCENE)

    def subscriptions(self) -> int:
        return len(self.device.listeners)

    def forgets_subscriptions(self) -> None:
        self.device.restart()


@dataclass
class SimulatedBench:
    simulated: SimulatedDevice
    cameras: OnvifCameras

    def __post_init__(self) -> None:
        self.presets_are(PRESETS)

    def link(self, *, serial: str | None = None, password: str = PASSWORD) -> CameraLink:
        unit = self.simulated.unit
        path = "/onvif/device_service"
        approval = Approval(DOCK, unit.host, unit.onvif_port, path, "dock", serial, "anna")
        return self.cameras.link(approval, Credentials(USERNAME, Secret(password)))

    def presets_are(self, presets: dict[str, tuple[str, PtzPose]]) -> None:
        self.simulated.head.stored.clear()
        for token, (name, pose) in presets.items():
            self.simulated.head.store(token, name, Axes(pose.pan, pose.tilt, pose.zoom))

    def pose(self) -> PtzPose:
        axes = self.simulated.head.position
        return PtzPose(axes.pan, axes.tilt, axes.zoom)

    def starts_moving(self) -> None:
        self.simulated.head.moving = True

    def is_moving(self) -> bool:
        return self.simulated.head.moving

    def told_to_end_after_s(self) -> float | None:
        return self.simulated.head.told_to_end_after_s

    def clock_is_ahead(self, seconds: float) -> None:
        self.simulated.clock.ahead_s = seconds

    def wrong_passwords(self) -> int:
        return self.simulated.access.wrong_passwords

    async def dies(self) -> None:
        await self.simulated.device.close()

    async def comes_back(self) -> None:
        await self.simulated.device.open()

    def falls_silent(self) -> None:
        self.simulated.device.soap.silent = True

    def commands(self) -> list[str]:
        return self.simulated.device.auxiliaries.sent

    def is_covered(self, covered: bool) -> None:
        state = "true" if covered else "false"
        source = {"Source": "video_source_0"}
        self.simulated.device.events.publish(SCENE_CHANGE, source, {"State": state}, lasting=True)

    def subscriptions(self) -> int:
        return self.simulated.device.events.subscriptions

    def forgets_subscriptions(self) -> None:
        self.simulated.device.events.forget()


Benches = Callable[[bool], Bench]


async def _bench(kind: str, *, has_ptz: bool) -> AsyncIterator[Bench]:
    if kind == "fake":
        yield FakeBench(FakeCamera(has_ptz=has_ptz))
        return
    simulated = SimulatedDevice(has_ptz=has_ptz)
    await simulated.device.open()
    async with OnvifCameras(SystemClock()) as cameras:
        yield SimulatedBench(simulated, cameras)
    await simulated.device.close()


@pytest.fixture(params=["fake", "onvif"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async for each in _bench(request.param, has_ptz=True):
        yield each


@pytest.fixture(params=["fake", "onvif"])
async def fixed(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async for each in _bench(request.param, has_ptz=False):
        yield each


async def test_an_interview_says_who_the_camera_is_and_what_it_can_do(bench: Bench) -> None:
    passport = await bench.link().interview()

    assert (passport.camera, passport.serial) == (DOCK, "SIM-1")
    assert passport.has_ptz
    assert passport.reports_move_status
    assert {"device", "media", "ptz"} <= passport.services
    assert [preset.name for preset in passport.presets] == [HOME, WIDE, GATE]
    assert abs(passport.clock_offset_s) < 1.5


async def test_a_stream_address_holds_no_login(bench: Bench) -> None:
    [stream] = (await bench.link().interview()).streams

    assert stream.uri.startswith("rtsp://127.")
    assert "@" not in stream.uri
    assert PASSWORD not in stream.uri
    assert (stream.width_px, stream.height_px, stream.encoding) == (640, 360, "H264")


async def test_an_interview_does_not_move_the_head(bench: Bench) -> None:
    before = bench.pose()

    await bench.link().interview()

    assert bench.pose() == before


async def test_a_fixed_camera_has_no_presets_and_cannot_be_steered(fixed: Bench) -> None:
    link = fixed.link()

    passport = await link.interview()

    assert not passport.has_ptz
    assert passport.presets == ()
    for steering in (link.head, link.stop, link.presets):
        with pytest.raises(NotSupported):
            await steering()
    for moving in (
        link.goto_preset(HOME),
        link.move_to(PtzPose(0.0, 0.0, 0.0)),
        link.move_by(Turn(0.1)),
        link.drive(Turn(0.1), for_s=1.0),
        link.go_home(),
    ):
        with pytest.raises(NotSupported):
            await moving


async def test_an_interview_lists_the_ways_its_head_can_be_moved(bench: Bench) -> None:
    moves = (await bench.link().interview()).moves

    assert moves is not None
    assert moves.pan_tilt == {Way.ABSOLUTE, Way.VIEW, Way.RELATIVE, Way.CONTINUOUS}
    assert moves.zoom == {Way.ABSOLUTE, Way.RELATIVE, Way.CONTINUOUS}
    assert (moves.timeout_s, moves.home, moves.presets) == ((0.0, 10.0), True, 32)
    assert not moves.timeout_proven


async def test_a_fixed_camera_lists_no_way_to_move(fixed: Bench) -> None:
    assert (await fixed.link().interview()).moves is None


async def test_a_head_goes_where_it_is_told(bench: Bench) -> None:
    link, there = bench.link(), PtzPose(-0.5, 0.25, 0.5)

    await link.move_to(there, speed=0.5)

    assert bench.pose() == there
    assert (await link.head()).pose == there


@pytest.mark.parametrize("in_view", [False, True])
async def test_a_head_goes_a_step_further(bench: Bench, *, in_view: bool) -> None:
    link = bench.link()
    await link.move_to(PtzPose(0.25, 0.0, 0.0))

    await link.move_by(Turn(pan=0.25, tilt=-0.5), in_view=in_view)
    await link.move_by(Turn(zoom=0.5), in_view=in_view)

    assert bench.pose() == PtzPose(0.5, -0.5, 0.5)


async def test_a_continuous_move_says_when_it_ends(bench: Bench) -> None:
    await bench.link().drive(Turn(pan=-1.0), for_s=0.5)

    assert bench.is_moving()
    assert bench.told_to_end_after_s() == 0.5


@pytest.mark.parametrize("for_s", [0.0, -1.0, MOST_DRIVE_S + 0.1, float("nan"), float("inf")])
async def test_no_continuous_move_is_told_to_last_long(bench: Bench, for_s: float) -> None:
    with pytest.raises(ValueError):
        await bench.link().drive(Turn(pan=1.0), for_s=for_s)

    assert not bench.is_moving()


@pytest.mark.parametrize("way", list(StopWay))
async def test_a_head_is_stopped_in_each_way(bench: Bench, way: StopWay) -> None:
    link = bench.link()
    await link.drive(Turn(pan=1.0), for_s=2.0)

    await link.stop(way)

    assert not bench.is_moving()


async def test_a_head_goes_home(bench: Bench) -> None:
    link = bench.link()
    await link.goto_preset(GATE)

    await link.go_home()

    assert bench.pose() == PtzPose(0.0, 0.0, 0.0)


async def test_a_preset_is_reached_by_its_name(bench: Bench) -> None:
    link = bench.link()

    await link.goto_preset(GATE)

    assert bench.pose() == PRESETS["3"][1]
    assert (await link.head()).pose == PRESETS["3"][1]


async def test_a_renumbered_preset_is_still_found_by_its_name(bench: Bench) -> None:
    link = bench.link()
    await link.goto_preset(GATE)
    bench.presets_are({"17": PRESETS["2"], "18": PRESETS["3"]})

    await link.goto_preset(WIDE)

    assert bench.pose() == PRESETS["2"][1]


async def test_a_preset_made_after_the_interview_is_found(bench: Bench) -> None:
    link = bench.link()
    await link.interview()
    bench.presets_are(PRESETS | {"9": ("yard", PtzPose(0.125, 0.25, 0.5))})

    await link.goto_preset(PresetName("yard"))

    assert bench.pose() == PtzPose(0.125, 0.25, 0.5)


async def test_a_missing_preset_is_an_error_and_no_guess(bench: Bench) -> None:
    before = bench.pose()

    with pytest.raises(CameraFault, match="wdie") as error:
        await bench.link().goto_preset(PresetName("wdie"))

    assert error.value.code == "PresetMissing"
    assert bench.pose() == before


async def test_two_presets_of_one_name_are_an_error_and_no_guess(bench: Bench) -> None:
    bench.presets_are(PRESETS | {"4": ("gate", PtzPose(0.0, 0.0, 0.0))})

    with pytest.raises(CameraFault) as error:
        await bench.link().goto_preset(GATE)

    assert error.value.code == "PresetAmbiguous"


async def test_presets_are_read_as_they_are_now(bench: Bench) -> None:
    link = bench.link()
    await link.interview()
    bench.presets_are({"1": ("yard", PtzPose(0.5, 0.5, 0.5))})

    [preset] = await link.presets()

    assert (preset.name, preset.pose) == ("yard", PtzPose(0.5, 0.5, 0.5))


async def test_a_head_report_says_whether_it_moves_and_stop_ends_that(bench: Bench) -> None:
    link = bench.link()
    bench.starts_moving()
    assert (await link.head()).moving is True

    await link.stop()

    assert not bench.is_moving()
    assert (await link.head()).moving is False


async def test_a_head_report_is_dated_by_the_site_clock(bench: Bench) -> None:
    link = bench.link()
    await link.interview()
    before_s = SystemClock().now().mono_s

    report = await link.head()

    assert before_s <= report.at_s <= SystemClock().now().mono_s


async def test_a_wrong_password_is_tried_once_and_never_again(bench: Bench) -> None:
    link = bench.link(password="wrong")

    for _ in range(3):
        with pytest.raises(NotAuthorised):
            await link.interview()
    with pytest.raises(NotAuthorised):
        await link.goto_preset(HOME)

    assert bench.wrong_passwords() == 1


async def test_a_heartbeat_needs_no_login(bench: Bench) -> None:
    await bench.link(password="wrong").alive()

    assert bench.wrong_passwords() == 0


async def test_another_serial_than_the_approved_one_is_a_stranger(bench: Bench) -> None:
    link = bench.link(serial="SIM-2")

    with pytest.raises(Stranger):
        await link.interview()
    with pytest.raises(Stranger):
        await link.goto_preset(HOME)


async def test_the_approved_serial_is_let_in(bench: Bench) -> None:
    assert (await bench.link(serial="SIM-1").interview()).serial == "SIM-1"


@pytest.mark.parametrize("ahead_s", [-86400.0, -400.0, 400.0, 3650 * 86400.0])
async def test_no_login_is_sent_to_a_camera_whose_clock_is_far_off(
    bench: Bench, ahead_s: float
) -> None:
    bench.clock_is_ahead(ahead_s)
    link = bench.link()

    with pytest.raises(ClockSkewed):
        await link.interview()
    with pytest.raises(ClockSkewed):
        await link.alive()

    bench.clock_is_ahead(0.0)
    assert (await link.interview()).serial == "SIM-1"


async def test_a_camera_that_is_off_cannot_be_reached_and_is_found_again(bench: Bench) -> None:
    link = bench.link()
    await link.interview()
    await bench.dies()

    for call in (link.alive, link.head, link.interview):
        with pytest.raises(Unreachable):
            await call()

    await bench.comes_back()
    await link.goto_preset(GATE)
    assert bench.pose() == PRESETS["3"][1]


@pytest.mark.slow
async def test_a_camera_that_never_answers_is_given_up_in_time(bench: Bench) -> None:
    link = bench.link()
    await link.interview()
    bench.falls_silent()

    with pytest.raises(CameraTimeout) as error:
        await link.head()

    # The promise is the deadline; a busy machine may notice its end a little late.
    assert STATUS_DEADLINE_S <= 4.5
    assert error.value.elapsed_s < STATUS_DEADLINE_S + 2.0


async def test_every_error_says_which_camera_and_what_was_asked(bench: Bench) -> None:
    link = bench.link()
    await link.interview()
    await bench.dies()

    with pytest.raises(Unreachable) as error:
        await link.stop()

    assert error.value.camera == DOCK
    assert error.value.operation
    assert str(error.value).startswith("dock: ")


async def test_a_passport_says_what_can_be_set_and_which_auxiliary_commands_there_are(
    bench: Bench,
) -> None:
    passport = await bench.link().interview()

    assert passport.imaging == frozenset(SETTINGS)
    assert passport.auxiliary is not None
    assert {"tt:Wiper|On", "tt:Wiper|Off"} <= set(passport.auxiliary)


async def test_settings_are_changed_one_by_one_and_told_as_shares_of_their_range(
    bench: Bench,
) -> None:
    link = bench.link()
    before = await link.imaging()
    assert before == Imaging(0.5, 0.5, 0.5, 0.5, Mode.AUTO, Mode.OFF)

    await link.set_imaging(Imaging(brightness=0.61, ir_cut=Mode.OFF, wide_dynamic_range=Mode.ON))

    assert await link.imaging() == Imaging(0.61, 0.5, 0.5, 0.5, Mode.OFF, Mode.ON)
    await link.set_imaging(before)
    assert await link.imaging() == before


async def test_a_fixed_camera_has_a_picture_that_can_be_set(fixed: Bench) -> None:
    link = fixed.link()

    await link.set_imaging(Imaging(contrast=0.4))

    assert (await link.imaging()).contrast == 0.4


async def test_a_mode_that_a_camera_does_not_have_is_refused_and_nothing_is_set(
    bench: Bench,
) -> None:
    link = bench.link()

    with pytest.raises(NotSupported):
        await link.set_imaging(Imaging(brightness=0.9, wide_dynamic_range=Mode.AUTO))

    assert (await link.imaging()).brightness == 0.5


async def test_an_auxiliary_command_is_sent_as_written_and_an_unknown_one_refused(
    bench: Bench,
) -> None:
    link = bench.link()

    await link.send_auxiliary("tt:Wiper|On")
    await link.send_auxiliary("tt:Wiper|Off")
    with pytest.raises(CameraFault):
        await link.send_auxiliary("tt:Coffee|On")

    assert bench.commands() == ["tt:Wiper|On", "tt:Wiper|Off"]


async def test_settings_and_commands_need_the_login(bench: Bench) -> None:
    link = bench.link(password="wrong")

    with pytest.raises(NotAuthorised):
        await link.set_imaging(Imaging(brightness=0.9))
    with pytest.raises(NotAuthorised):
        await link.send_auxiliary("tt:Wiper|On")

    assert bench.commands() == []


async def first(batches: AsyncIterator[Sequence[CameraReported]]) -> CameraReported:
    """Return the first thing that is told."""
    async with asyncio.timeout(30.0):
        async for batch in batches:
            for told in batch:
                return told
    raise AssertionError("the camera has lost the subscription")


async def test_what_a_camera_says_of_itself_is_told_and_the_subscription_given_back(
    bench: Bench,
) -> None:
    link = bench.link()
    await link.interview()

    async with link.events() as batches:
        assert bench.subscriptions() == 1
        bench.is_covered(True)
        began = await first(batches)
        bench.is_covered(False)
        ended = await first(batches)

    assert (began.camera, began.report, began.part) == (DOCK, Report.TAMPER, SCENE)
    assert (began.active, ended.active) == (True, False)
    assert began.at_s <= ended.at_s <= SystemClock().now().mono_s
    assert bench.subscriptions() == 0


async def test_a_state_that_began_before_is_told_to_whoever_subscribes(bench: Bench) -> None:
    bench.is_covered(True)

    async with bench.link().events() as batches:
        told = await first(batches)

    assert (told.report, told.active) == (Report.TAMPER, True)


async def test_a_camera_that_has_lost_a_subscription_ends_it_and_takes_another(
    bench: Bench,
) -> None:
    link = bench.link()
    async with link.events() as batches:
        bench.forgets_subscriptions()
        async with asyncio.timeout(60.0):
            told = [each async for batch in batches for each in batch]
    async with link.events() as batches:
        bench.is_covered(True)
        again = await first(batches)

    assert told == []
    assert again.report is Report.TAMPER
    assert bench.subscriptions() == 0


async def test_who_is_cancelled_while_listening_leaves_no_subscription(bench: Bench) -> None:
    link = bench.link()
    heard = asyncio.Event()

    async def listen() -> None:
        async with link.events() as batches:
            heard.set()
            async for _ in batches:
                pass

    listening = asyncio.create_task(listen())
    await heard.wait()
    await asyncio.sleep(0)
    listening.cancel()
    await asyncio.wait([listening])

    assert listening.cancelled()
    assert bench.subscriptions() == 0


async def test_listening_keeps_no_other_call_waiting(bench: Bench) -> None:
    link = bench.link()

    async with link.events() as batches:
        listening = asyncio.ensure_future(anext(batches))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(10.0):
            await asyncio.gather(*(link.head() for _ in range(4)))
        bench.is_covered(True)
        async with asyncio.timeout(10.0):
            await listening


async def test_events_need_the_login(bench: Bench) -> None:
    with pytest.raises(NotAuthorised):
        async with bench.link(password="wrong").events():
            pass

    assert bench.subscriptions() == 0
