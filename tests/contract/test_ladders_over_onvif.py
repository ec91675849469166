"""The rungs of the ladders over real ONVIF, against simulated heads that have only some of them.

Virtual time, but for the camera's own events; the truth is the simulator's.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from orchestrator.adapters.onvif.engine import engine
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import Aim
from orchestrator.domain.moving import Idle, Way
from orchestrator.domain.sighting import (
    CameraReported,
    Displaced,
    MoveEnd,
    MoveSeen,
    Observation,
    Report,
    RungsSeen,
)
from orchestrator.geometry.ptz import aim_of, angle_between
from orchestrator.steer import Granted
from orchestrator.watch import listened
from simulators.device.spaces import Manner
from simulators.device.steering import Axes
from tests.benchmarks.steering.posts import Post, granted, posted
from tests.fakes.clock import VirtualClock
from tests.fakes.quirky_site import DOME, KINDS, PRESETS, Kind, QuirkySite

pytestmark = pytest.mark.slow

GOAL = Aim(130.0, -30.0, 40.0)
"""Between the presets, and 40 degrees from home, where heads begin."""
STOP_S = 0.3
"""A stop is on its way this soon after the grant was withdrawn, however slow the camera answers."""


@pytest.fixture(autouse=True)
async def parsed() -> None:
    """Have the message engine there: it is parsed in real time."""
    await engine()


def looking_at(aim: Aim) -> Granted:
    """Return a grant to look somewhere that is no preset."""
    intent = granted("home").intent
    assert intent is not None
    return Granted(replace(intent, aim=aim))


async def sent_to(one: Post[VirtualClock], aim: Aim) -> MoveSeen:
    """Grant an aim, and return the verdict."""
    before = len(one.ends())
    one.grants.put(looking_at(aim))
    await one.site.clock.advance_until(lambda: len(one.ends()) > before, within_s=60.0)
    return one.ends()[-1]


@asynccontextmanager
async def post(
    kind: str | Kind, *, timeout_proven: bool = False
) -> AsyncIterator[Post[VirtualClock]]:
    """A head of a kind under the service, which leaves it in the end whatever happened."""
    one = await posted(
        KINDS[kind] if isinstance(kind, str) else kind, timeout_proven=timeout_proven
    )
    try:
        yield one
    finally:
        one.task.cancel()
        await one.site.clock.advance(10.0)
        await one.leave()


def off_deg(one: Post[VirtualClock], goal: Aim) -> float:
    """Return how far the head truly is from a goal."""
    true = one.site.head.now().aim
    return angle_between(Aim(true.azimuth_deg, true.tilt_deg, true.hfov_deg), goal)


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("plain", Way.ABSOLUTE),
        ("steps of the picture only", Way.VIEW),
        ("steps of its own only", Way.RELATIVE),
        ("no position", Way.ABSOLUTE),
    ],
)
async def test_a_head_looks_where_it_is_to_by_the_best_rung_that_it_has(
    kind: str, way: Way
) -> None:
    async with post(kind) as one:
        end = await sent_to(one, GOAL)

        assert end.way == way.value
        assert end.end in {MoveEnd.ARRIVED, MoveEnd.ARRIVED_UNCONFIRMED}
        assert off_deg(one, GOAL) <= 1.0


async def test_a_velocity_that_is_proven_to_end_brings_a_head_there_and_is_not_used_before() -> (
    None
):
    async with post("velocities only", timeout_proven=True) as proven:
        end = await sent_to(proven, GOAL)
        assert (end.end, end.way) == (MoveEnd.ARRIVED, Way.CONTINUOUS.value)
        assert off_deg(proven, GOAL) <= 1.0
    async with post("velocities only") as bought:
        end = await sent_to(bought, GOAL)
        assert end.way == Way.PRESET.value
        assert bought.site.sent("ContinuousMove") == 0


async def test_a_head_of_presets_only_goes_to_the_preset_that_shows_the_goal() -> None:
    async with post("presets only") as one:
        gate = aim_of(DOME, PRESETS["gate"])

        end = await sent_to(one, replace(gate, azimuth_deg=gate.azimuth_deg - 8.0))
        nowhere = await sent_to(one, replace(gate, azimuth_deg=gate.azimuth_deg + 120.0))

        assert one.site.off_deg("gate") <= 1.0
        assert end.way == Way.PRESET.value
        assert nowhere.end is MoveEnd.FAILED
        assert "no preset move leads there" in nowhere.reason


async def test_a_rung_that_fails_is_left_is_told_with_its_reason_and_is_tried_again_later() -> None:
    async with post("presets do nothing") as one:
        one.grants.put(granted("gate"))
        await one.site.clock.advance_until(lambda: len(one.ends()) == 1, within_s=60.0)

        rungs = [each.rungs for each in one.reports if isinstance(each, RungsSeen)]
        assert rungs[-1].move == Way.ABSOLUTE.value
        assert rungs[-1].because.startswith("preset: still")

        one.grants.put(granted("sky"))
        await one.site.clock.advance_until(lambda: len(one.ends()) == 2, within_s=60.0)
        tries = one.site.sent("GotoPreset")
        await one.site.clock.advance(120.0)
        one.grants.put(granted("gate"))
        await one.site.clock.advance(1.0)

        assert (tries, one.site.sent("GotoPreset")) == (1, 2)
        rungs = [each.rungs for each in one.reports if isinstance(each, RungsSeen)]
        assert rungs[-1].moves_last_hour == 4


@pytest.mark.parametrize("kind", ["slow answers", "plain"])
async def test_a_withdrawn_grant_stops_a_head_at_once_however_slowly_it_tells_where_it_is(
    kind: str,
) -> None:
    async with post(kind) as one:
        await one.site.clock.advance(3.5)
        one.grants.put(granted("gate"))
        await one.site.clock.advance(0.7)
        assert one.site.sent("Stop") == 0

        one.grants.put(Granted(None))
        await one.site.clock.advance(STOP_S)

        assert one.site.sent("Stop") >= 1
        await one.site.clock.advance(0.7)
        assert not one.site.is_moving()


async def test_a_head_that_does_not_end_its_moves_is_stopped_and_then_left_alone() -> None:
    only_presets = Manner(absolute=False, relative=False, view=False, continuous=False)
    async with post(Kind(KINDS["runs on"].wrap, only_presets)) as one:
        one.grants.put(granted("gate"))
        await one.site.clock.advance_until(lambda: len(one.ends()) == 1, within_s=90.0)
        asked = one.site.sent("GotoPreset")

        one.grants.put(granted("sky"))
        await one.site.clock.advance(5.0)

        assert one.site.sent("GotoPreset") == asked
        assert "does not end its moves" in one.ends()[-1].reason
        assert not one.site.is_moving()


async def test_a_head_that_was_cut_off_is_stopped_when_it_is_back() -> None:
    async with post("runs on") as one:
        await one.site.clock.advance(1.0)
        one.grants.put(granted("gate"))
        await one.site.clock.advance(1.0)
        one.site.wire.cut = True
        one.grants.put(Granted(None))
        await one.site.clock.advance(20.0)
        assert one.site.is_moving()

        one.site.wire.cut = False
        await one.site.clock.advance(3.5)

        assert not one.site.is_moving()


async def test_a_move_whose_camera_is_gone_ends_at_its_deadline() -> None:
    async with post("plain") as one:
        one.grants.put(granted("gate"))
        await one.site.clock.advance(0.5)
        one.site.wire.cut = True

        await one.site.clock.advance_until(lambda: len(one.ends()) == 1, within_s=12.0)

        [end] = one.ends()
        assert end.end is MoveEnd.FAILED
        assert "answer" in end.reason


async def test_a_goal_that_moves_on_is_followed_by_one_grant() -> None:
    async with post("plain") as one:
        grant = looking_at(GOAL)
        assert grant.intent is not None
        for turn in range(20):
            aim = replace(GOAL, azimuth_deg=GOAL.azimuth_deg + 2.0 * turn)
            one.grants.put(Granted(replace(grant.intent, aim=aim)))
            await one.site.clock.advance(0.25)
        await one.site.clock.advance(2.0)

        assert off_deg(one, aim) <= 1.0
        starts = [each for each in one.reports if isinstance(each, MoveSeen)]
        assert [each.end for each in starts].count(MoveEnd.STARTED) == 1


async def test_a_head_that_runs_on_is_found_and_stopped_while_its_goal_moves_on() -> None:
    async with post("runs on") as one:
        grant = looking_at(GOAL)
        assert grant.intent is not None
        for turn in range(40):
            aim = replace(GOAL, azimuth_deg=GOAL.azimuth_deg + 1.0 * turn)
            one.grants.put(Granted(replace(grant.intent, aim=aim)))
            await one.site.clock.advance(0.25)
            if one.ends():
                break
        await one.site.clock.advance(2.0)

        assert "comes no nearer" in one.ends()[0].reason
        assert not one.site.is_moving()


async def test_no_command_leaves_without_a_grant() -> None:
    async with post("plain") as one:
        await one.site.clock.advance(20.0)

        commands = ("GotoPreset", "AbsoluteMove", "RelativeMove", "ContinuousMove", "Stop")
        assert [one.site.sent(each) for each in commands] == [0] * len(commands)


async def turned_by_hand(one: Post[VirtualClock], pan: float) -> list[Displaced]:
    """Turn a head at rest as its own web page does, and return what is told of that."""
    one.grants.put(granted("home"))
    await one.site.clock.advance(4.0)
    pose = one.site.head.now().pose
    one.site.head.absolute(Axes(pose.pan + pan, pose.tilt, pose.zoom))
    await one.site.clock.advance(4.0)
    return [each for each in one.reports if isinstance(each, Displaced)]


async def test_a_head_that_somebody_turns_at_its_own_page_is_told_of_and_left_to_them() -> None:
    async with post("plain") as one:
        found = await turned_by_hand(one, 0.2)

        assert found
        assert all(each.by_hand for each in found)
        assert one.site.off_deg("home") > 30.0
        assert one.site.sent("Stop") == 0


async def test_a_head_that_drifted_off_its_preset_is_sent_back() -> None:
    async with post("plain") as one:
        [found] = await turned_by_hand(one, 0.006)

        assert not found.by_hand
        assert one.site.off_deg("home") <= 0.2


async def test_a_head_that_tells_only_that_a_preset_is_reached_rests_by_its_own_word() -> None:
    site = QuirkySite(KINDS["says nothing"], SystemClock())
    passport = await site.link.interview()
    one = Post(site, passport)

    def heard(told: Observation) -> None:
        if isinstance(told, CameraReported) and told.report is Report.PRESET:
            one.witnesses.preset_reached(told.at_s)

    ear = asyncio.create_task(listened(DOME, site.link, report=heard, clock=site.clock))
    try:
        async with asyncio.timeout(20.0):
            while not site.device.events.subscriptions:  # noqa: ASYNC110 it tells nobody
                await asyncio.sleep(0.02)
            one.grants.put(granted("gate"))
            await asyncio.sleep(0.3)
            while site.is_moving():  # noqa: ASYNC110 it tells nobody
                await asyncio.sleep(0.02)
            site.device.preset_event("Reached", "2", "gate")
            while not one.ends():  # noqa: ASYNC110 it tells nobody
                await asyncio.sleep(0.02)
    finally:
        ear.cancel()
        await one.leave()

    [end] = one.ends()
    assert (end.end, end.idle) == (MoveEnd.ARRIVED_UNCONFIRMED, Idle.EVENT.value)
    rungs = [each.rungs for each in one.reports if isinstance(each, RungsSeen)]
    assert rungs[-1].idle == Idle.EVENT.value
    assert site.off_deg("gate") <= 1.0
