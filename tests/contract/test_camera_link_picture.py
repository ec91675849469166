"""The ``CameraLink`` suite: picture settings and auxiliary commands."""

import pytest

from orchestrator.domain.imaging import Imaging, Mode
from orchestrator.errors import CameraFault, NotAuthorised, NotSupported
from tests.fakes.camera_benches import Bench


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
