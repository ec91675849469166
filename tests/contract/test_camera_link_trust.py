"""The ``CameraLink`` suite: who is let in, and what is said when nobody answers."""

import pytest

from orchestrator.adapters.onvif.transport import STATUS_DEADLINE_S
from orchestrator.errors import CameraTimeout, ClockSkewed, NotAuthorised, Stranger, Unreachable
from tests.fakes.camera_benches import DOCK, GATE, HOME, PRESETS, Bench


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
    await link.alive()
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
