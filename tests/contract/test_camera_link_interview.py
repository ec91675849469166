"""The ``CameraLink`` suite: what an interview finds."""

import pytest

from orchestrator.domain.camera import PtzPose
from orchestrator.domain.imaging import SETTINGS
from orchestrator.domain.moving import Turn, Way
from orchestrator.errors import NotSupported
from tests.fakes.camera_benches import DOCK, GATE, HOME, WIDE, Bench
from tests.fakes.onvif_site import PASSWORD


async def test_an_interview_says_who_the_camera_is_and_what_it_can_do(bench: Bench) -> None:
    passport = await bench.link().interview()

    assert (passport.camera, passport.serial) == (DOCK, "SIM-1")
    assert passport.has_ptz
    assert passport.reports_move_status
    assert {"device", "media2", "ptz"} <= passport.services
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


async def test_a_passport_says_what_can_be_set_and_which_auxiliary_commands_there_are(
    bench: Bench,
) -> None:
    passport = await bench.link().interview()

    assert passport.imaging == frozenset(SETTINGS)
    assert passport.auxiliary is not None
    assert {"tt:Wiper|On", "tt:Wiper|Off"} <= set(passport.auxiliary)
