"""What holds of every camera: of simulated ones, and with ``--camera ADDRESS`` of yours.

Nothing here moves a camera or changes anything on it, but the tests that say so first; those are
skipped on a real camera unless ``--camera-may-move`` is given. No wrong login is ever tried.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from orchestrator.adapters.onvif import impression
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import Passport
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.impression import Answer
from orchestrator.domain.moving import Way
from orchestrator.domain.sighting import MoveEnd
from orchestrator.errors import CameraFault, NotSupported
from orchestrator.onboard.diagnose import diagnosed
from orchestrator.ports import Credentials, Secret
from orchestrator.steer import Errand, moved
from tests.fakes.any_camera import SIMULATED, AnyCamera, any_camera

NOBODY = Credentials("", Secret(""))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on the real camera alone where there is one."""
    kinds = ["real"] if metafunc.config.getoption("--camera") else list(SIMULATED)
    metafunc.parametrize("kind", kinds)


@pytest.fixture
async def camera(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[AnyCamera]:
    async with any_camera(kind, request.config) as each:
        yield each


async def passport_of(camera: AnyCamera) -> Passport:
    return await (await camera.link()).interview()


async def test_it_is_a_camera_whose_clock_is_right(camera: AnyCamera) -> None:
    about = camera.about
    seen = await impression(about.host, about.port, tls=about.tls, clock=SystemClock())

    assert seen.answer is Answer.CAMERA
    assert abs(seen.clock_offset_s or 0.0) < 300.0


async def test_a_heartbeat_needs_no_login(camera: AnyCamera) -> None:
    await (await camera.link(NOBODY)).alive()


@pytest.mark.slow
async def test_an_interview_says_the_same_twice_and_nothing_is_wrong(camera: AnyCamera) -> None:
    about = camera.about
    first = await passport_of(camera)

    again = await passport_of(camera)

    assert again == replace(first, clock_offset_s=again.clock_offset_s)
    seen = await impression(about.host, about.port, tls=about.tls, clock=SystemClock())
    assert diagnosed(seen, None, again) == ()


@pytest.mark.slow
async def test_what_else_it_has_is_told_or_not_supported(camera: AnyCamera) -> None:
    link = await camera.link()
    passport = await link.interview()

    if passport.snapshot:
        still = await link.still()
        assert min(still.width_px, still.height_px) > 0
    for asking in (
        link.tours.listed(),
        link.masks.kept(),
        link.relays.listed(),
        link.places.where(),
        link.eye.now(),
    ):
        with suppress(NotSupported, CameraFault):
            await asking


@pytest.mark.slow
async def test_its_addresses_are_at_the_approved_host_and_hold_no_login(camera: AnyCamera) -> None:
    passport = await passport_of(camera)

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
    passport = await link.interview()
    if not passport.has_ptz:
        pytest.skip("it has no head")

    await link.head()
    names = [preset.name for preset in await link.presets()]

    assert sorted(names) == sorted(set(names))
    assert all(names)


@pytest.mark.slow
async def test_a_subscription_is_made_and_given_back(camera: AnyCamera) -> None:
    link = await camera.link()
    if not (await link.interview()).events:
        pytest.skip("it tells nothing of itself")

    for _ in range(2):  # cameras have room for few: what is not given back is missing soon
        async with link.events() as batches:
            listening = asyncio.ensure_future(anext(batches))
            await asyncio.wait([listening], timeout=0.05)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


@pytest.mark.slow
async def test_its_head_goes_to_a_preset_and_rests(camera: AnyCamera, kind: str) -> None:
    camera.is_moved()
    if kind != "real":
        pytest.skip("a simulated head has scenarios of its own")
    link = await camera.link()
    passport = await link.interview()
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
    if "brightness" not in ((await link.interview()).imaging or ()):
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
