"""The ``CameraLink`` suite: a head moves as told, and says where it is."""

import pytest

from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import PtzPose
from orchestrator.domain.moving import MOST_DRIVE_S, StopWay, Turn
from tests.fakes.camera_benches import GATE, Bench


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
