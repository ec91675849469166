"""What holds of every camera: of simulated ones, and with ``--camera ADDRESS`` of yours.

On each simulated quirk all of it is asked of one camera, and fails just where that is known.

Nothing here moves a camera or changes anything on it, but the tests that say so first; those are
skipped on a real camera unless ``--camera-may-move`` is given. No wrong login is ever tried.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from orchestrator.adapters.onvif import impression
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.impression import Answer
from orchestrator.domain.moving import Way
from orchestrator.domain.sighting import MoveEnd
from orchestrator.errors import CameraError, CameraFault, NotSupported
from orchestrator.onboard.diagnose import diagnosed
from orchestrator.ports import Credentials, Secret
from orchestrator.steer import Errand, moved
from simulators.device import quirks
from tests.fakes.any_camera import SIMULATED, AnyCamera, any_camera, otherwise

NOBODY = Credentials("", Secret(""))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on the real camera alone where there is one."""
    real = bool(metafunc.config.getoption("--camera"))
    if "worn" in metafunc.fixturenames:
        metafunc.parametrize(
            "worn", [] if real else quirks.quirks(), ids=lambda each: each.__name__
        )
    else:
        metafunc.parametrize("kind", ["real"] if real else list(SIMULATED))


@pytest.fixture
async def camera(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[AnyCamera]:
    async with any_camera(kind, request.config) as each:
        yield each


async def test_it_is_a_camera_whose_clock_is_right(camera: AnyCamera) -> None:
    about = camera.about
    seen = await impression(about.host, about.port, tls=about.tls, clock=SystemClock())

    assert seen.answer is Answer.CAMERA
    assert abs(seen.clock_offset_s or 0.0) < 300.0


async def test_a_heartbeat_needs_no_login(camera: AnyCamera) -> None:
    await (await camera.link_with(NOBODY)).alive()


@pytest.mark.slow
async def test_an_interview_says_the_same_twice_and_nothing_is_wrong(camera: AnyCamera) -> None:
    about = camera.about
    first = await camera.passport()

    again = await (await camera.link()).interview()

    assert again == replace(first, clock_offset_s=again.clock_offset_s)
    seen = await impression(about.host, about.port, tls=about.tls, clock=SystemClock())
    assert diagnosed(seen, None, again) == ()


@pytest.mark.slow
async def test_what_else_it_has_is_told_or_not_supported(camera: AnyCamera) -> None:
    link = await camera.link()
    passport = await camera.passport()

    if passport.snapshot:
        still = await link.still()
        assert min(still.width_px, still.height_px) > 0
    for asking in (
        link.tours.listed,
        link.masks.kept,
        link.relays.listed,
        link.places.where,
        link.eye.now,
    ):
        with suppress(NotSupported, CameraFault):
            await asking()


@pytest.mark.slow
async def test_its_addresses_are_at_the_approved_host_and_hold_no_login(camera: AnyCamera) -> None:
    passport = await camera.passport()

    addresses = [stream.uri for stream in passport.streams]
    assert addresses, "it has no stream: is there no H.264 or H.265 profile?"
    if passport.snapshot:
        addresses.append(passport.snapshot)
    for address in addresses:
        parts = urlsplit(address)
        assert parts.hostname == camera.about.host.partition("%")[0]
        assert (parts.username, parts.password) == (None, None)
        assert camera.credentials.password.reveal() not in address


@pytest.mark.slow
async def test_its_head_says_where_it_is_and_its_presets_have_names_of_their_own(
    camera: AnyCamera,
) -> None:
    link = await camera.link()
    passport = await camera.passport()
    if not passport.has_ptz:
        pytest.skip("it has no head")

    await link.head()
    names = [preset.name for preset in await link.presets()]

    assert sorted(names) == sorted(set(names))
    assert all(names)


@pytest.mark.slow
async def test_a_subscription_is_made_and_given_back(camera: AnyCamera) -> None:
    link = await camera.link()
    if not (await camera.passport()).events:
        pytest.skip("it tells nothing of itself")

    for _ in range(2):  # cameras have room for few: what is not given back is missing soon
        async with link.events() as batches:
            listening = asyncio.ensure_future(anext(batches))
            await asyncio.wait([listening], timeout=0.02)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


@pytest.mark.slow
async def test_its_head_goes_to_a_preset_and_rests(camera: AnyCamera, kind: str) -> None:
    camera.is_moved()
    if kind != "real":
        pytest.skip("a simulated head has scenarios of its own")
    link = await camera.link()
    passport = await camera.passport()
    if not passport.presets:
        pytest.skip("it has no preset to go to")
    preset = passport.presets[-1]

    errand = Errand(preset.name, preset.pose, [(Way.PRESET, lambda: link.goto_preset(preset.name))])
    outcome = await moved(link, errand, passport.moves, SystemClock(), within_s=30.0)

    assert outcome.end.end is not MoveEnd.FAILED, outcome.end.reason


@pytest.mark.slow
async def test_its_picture_is_set_and_put_back(camera: AnyCamera) -> None:
    camera.is_moved()
    link = await camera.link()
    if "brightness" not in ((await camera.passport()).imaging or ()):
        pytest.skip("its brightness cannot be set")
    before = (await link.imaging()).brightness
    assert before is not None
    other = 0.4 if before > 0.5 else 0.6

    await link.set_imaging(Imaging(brightness=other))
    try:
        assert (await link.imaging()).brightness == pytest.approx(other, abs=0.02)
    finally:
        await link.set_imaging(Imaging(brightness=before))
    assert (await link.imaging()).brightness == pytest.approx(before, abs=0.02)


SUITE: tuple[Callable[[AnyCamera], Awaitable[None]], ...] = (
    test_it_is_a_camera_whose_clock_is_right,
    test_a_heartbeat_needs_no_login,
    test_an_interview_says_the_same_twice_and_nothing_is_wrong,
    test_what_else_it_has_is_told_or_not_supported,
    test_its_addresses_are_at_the_approved_host_and_hold_no_login,
    test_its_head_says_where_it_is_and_its_presets_have_names_of_their_own,
    test_a_subscription_is_made_and_given_back,
    test_its_picture_is_set_and_put_back,
)
DEAD_SERVICE = {test_an_interview_says_the_same_twice_and_nothing_is_wrong}
NO_STREAM = {test_its_addresses_are_at_the_approved_host_and_hold_no_login}
NOT_KEPT: Mapping[type[quirks.Quirk], Collection[object]] = {
    quirks.ClockOfElsewhere: SUITE,
    quirks.ClockFromTheFactory: SUITE,
    quirks.DeadMedia: DEAD_SERVICE | NO_STREAM,
    quirks.DeadMedia2: DEAD_SERVICE,
    quirks.DeadPtz: DEAD_SERVICE,
    quirks.DeadImaging: DEAD_SERVICE,
    quirks.DeadEvents: DEAD_SERVICE,
    quirks.AbsurdPicture: NO_STREAM,
    quirks.NoRightToListen: {test_a_subscription_is_made_and_given_back},
}
"""What a camera does not keep to, and cannot: each other test holds on every one of them."""


@pytest.mark.slow
async def test_a_camera_that_is_otherwise_keeps_to_all_of_it_but_what_is_known(
    worn: type[quirks.Quirk],
) -> None:
    broken: dict[object, str] = {}
    async with otherwise(worn) as camera:
        for each in SUITE:
            try:
                await each(camera)
            except pytest.skip.Exception:
                continue
            except (AssertionError, CameraError) as error:
                broken[each] = str(error)

    assert set(broken) == set(NOT_KEPT.get(worn, ())), broken
