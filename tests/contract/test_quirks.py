"""Cameras that are otherwise: each comes aboard as far as it lets itself, and costs no other one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import Passport
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import CameraReported
from orchestrator.errors import CameraError, ClockSkewed, NotAuthorised, NotSupported
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from simulators.device import quirks
from simulators.device.quirks import STRANGER, Quirk, Rewritten
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

DOCK = CameraId("dock")

NOT_ABOARD: Mapping[type[Quirk], type[CameraError]] = {
    quirks.ClockOfElsewhere: ClockSkewed,
    quirks.ClockFromTheFactory: ClockSkewed,
}
NOT_HEARD: Mapping[type[Quirk], type[CameraError]] = {
    quirks.DeadEvents: NotSupported,
    quirks.NoRightToListen: NotAuthorised,
}
ALL = frozenset({"device", "media2", "ptz", "imaging", "events"})
"""The older media service is not asked where the newer one answers."""
OLDER = (ALL - {"media2"}) | {"media"}
MEDIA = frozenset({"media", "media2"})
HEADLESS = {
    "has_ptz": False,
    "presets": (),
    "moves": None,
    "reports_move_status": False,
}
BLIND: dict[str, object] = {"streams": (), "snapshot": "", "imaging": frozenset(), **HEADLESS}
OTHERWISE: Mapping[type[Quirk], dict[str, object]] = {
    quirks.NoLogin: {"authentication": "none"},
    quirks.TokenOnly: {"authentication": "ws-usernametoken"},
    quirks.ServicesElsewhere: {"rewritten": ALL | MEDIA},
    quirks.StreamElsewhere: {"rewritten": frozenset({"stream"})},
    quirks.SnapshotElsewhere: {"rewritten": frozenset({"snapshot"})},
    quirks.DeadMedia: {"services": ALL - MEDIA, "absent": MEDIA, **BLIND},
    quirks.DeadMedia2: {"services": OLDER, "absent": frozenset({"media2"})},
    quirks.NoMedia2: {"services": OLDER},
    quirks.HeadlessMedia2: {"services": ALL | MEDIA},
    quirks.NoGetServices: {"services": OLDER},
    quirks.DeadPtz: {"services": ALL - {"ptz"}, "absent": frozenset({"ptz"}), **HEADLESS},
    quirks.DeadImaging: {
        "services": ALL - {"imaging"},
        "absent": frozenset({"imaging"}),
        "imaging": frozenset(),
    },
    quirks.DeadEvents: {
        "services": ALL - {"events"},
        "absent": frozenset({"events"}),
        "events": "",
    },
    quirks.AbsurdPicture: {"streams": ()},
    quirks.NoMoveStatus: {"reports_move_status": False},
}
CHECKED_APART = frozenset(
    {quirks.RoundTheClock, quirks.NoOptions, quirks.PresetsWithoutPlace, quirks.MangledNames}
)
"""What these change depends on numbers and names: they have tests of their own."""


@dataclass
class Scene:
    simulated: SimulatedDevice
    link: CameraLink


@asynccontextmanager
async def scene_with(*worn: type[Quirk]) -> AsyncIterator[Scene]:
    kinds = [each.authentication for each in worn if "authentication" in vars(each)]
    simulated = SimulatedDevice(*kinds[:1])
    for each in worn:
        each().put_on(simulated.device)
    await simulated.device.open()
    try:
        async with OnvifCameras(SystemClock()) as cameras:
            yield Scene(simulated, _link(cameras, simulated))
    finally:
        await simulated.device.close()


def _link(cameras: OnvifCameras, simulated: SimulatedDevice) -> CameraLink:
    unit = simulated.unit
    path = "/onvif/device_service"
    approval = Approval(DOCK, unit.host, unit.onvif_port, path, "dock", None, "anna")
    return cameras.link(approval, Credentials(USERNAME, Secret(PASSWORD)))


def same_camera(passport: Passport, simulated: SimulatedDevice) -> Passport:
    """Return a passport without what differs from one usual device to the next."""
    here = f"{simulated.unit.host}:"
    streams = tuple(replace(each, uri=each.uri.replace(here, "HOST:")) for each in passport.streams)
    port = str(simulated.unit.onvif_port)
    snapshot = passport.snapshot.replace(here, "HOST:").replace(port, "PORT")
    auxiliary = tuple(sorted(passport.auxiliary or ()))
    return replace(
        passport, streams=streams, snapshot=snapshot, clock_offset_s=0.0, auxiliary=auxiliary
    )


@pytest.fixture(scope="module")
def usual() -> Passport:
    """Return the passport of a camera without any quirk."""

    async def asked() -> Passport:
        async with scene_with() as scene:
            return same_camera(await scene.link.interview(), scene.simulated)

    return asyncio.run(asked())


@pytest.mark.slow
@pytest.mark.parametrize("worn", quirks.quirks(), ids=lambda each: each.__name__)
async def test_a_camera_comes_aboard_and_is_heard_as_far_as_it_lets_itself(
    worn: type[Quirk], usual: Passport
) -> None:
    async with scene_with(worn) as scene:
        if worn in NOT_ABOARD:
            with pytest.raises(NOT_ABOARD[worn]):
                await scene.link.interview()
            assert scene.simulated.access.wrong_passwords == 0
            return
        changed = _spied(scene.simulated)
        found = same_camera(await scene.link.interview(), scene.simulated)
        await _is_heard(scene, NOT_HEARD.get(worn))
        left = scene.simulated.device.events.subscriptions

    assert left == 0
    assert bool(changed) == issubclass(worn, Rewritten)
    assert STRANGER not in repr(found)
    if worn not in CHECKED_APART:
        expected = replace(usual, **OTHERWISE.get(worn, {}))  # type: ignore[arg-type]
        if not expected.has_ptz:
            # The commands of a head are gone with it.
            expected = replace(expected, auxiliary=found.auxiliary)
        assert found == expected


def _spied(simulated: SimulatedDevice) -> list[str]:
    """Return a list of the operations whose answers a quirk really changes, as that happens."""
    changed: list[str] = []

    def spy(operation: str, rewrite: Callable[[str], str]) -> Callable[[str], str]:
        def rewritten(answer: str) -> str:
            other = rewrite(answer)
            if other != answer:
                changed.append(operation)
            return other

        return rewritten

    soap = simulated.device.soap
    soap.rewrites = [(operation, spy(operation, each)) for operation, each in soap.rewrites]
    return changed


async def _is_heard(scene: Scene, error: type[CameraError] | None) -> None:
    told: list[CameraReported] = []
    if error is not None:
        with pytest.raises(error):
            async with scene.link.events():
                pass
        return
    async with scene.link.events() as batches, asyncio.timeout(30.0):
        scene.simulated.device.contact("door", closed=True)
        async for batch in batches:
            told += batch
            if told:
                break
    assert [each.part for each in told] == ["door"]


@pytest.mark.slow
async def test_a_fleet_of_them_costs_no_other_camera_anything() -> None:
    async with AsyncExitStack() as open_, OnvifCameras(SystemClock()) as cameras:
        fleet: list[SimulatedDevice] = []
        for worn in (None, *quirks.quirks(), None):
            kind = quirks.Quirk.authentication if worn is None else worn.authentication
            simulated = SimulatedDevice(kind)
            if worn is not None:
                worn().put_on(simulated.device)
            await simulated.device.open()
            open_.push_async_callback(simulated.device.close)
            fleet.append(simulated)
        links = [_link(cameras, each) for each in fleet]
        found = await asyncio.gather(*(link.interview() for link in links), return_exceptions=True)

    lost = [each for each in found if isinstance(each, BaseException)]
    assert len(lost) == len(NOT_ABOARD)
    assert isinstance(found[0], Passport)
    assert isinstance(found[-1], Passport)
    assert len(quirks.quirks()) >= 25


async def test_presets_of_odd_cameras_are_called_by_their_names() -> None:
    async with scene_with(quirks.MangledNames, quirks.NamelessPresets) as scene:
        names = [each.name for each in (await scene.link.interview()).presets]
    async with scene_with(quirks.PresetsWithoutPlace) as scene:
        poses = [each.pose for each in (await scene.link.interview()).presets]

    assert names == ["home", "wide", "Küche"]
    assert poses == [None, None, None]


async def test_a_head_that_counts_to_360_says_so() -> None:
    async with scene_with(quirks.RoundTheClock) as scene:
        passport = await scene.link.interview()

    assert passport.moves is not None
    spans = {(each.space, each.axis): (each.low, each.high) for each in passport.moves.spaces}
    assert spans["PanTiltSpaces/PositionGenericSpace", "x"] == (0.0, 360.0)
