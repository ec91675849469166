"""Every head people own is steered to a verdict: right or unconfirmed, in time, and none runs away.

The truth is the simulator's; the product sees what the device says over ONVIF. Virtual time.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import pytest

from orchestrator.adapters.onvif.engine import engine
from orchestrator.domain.ids import IntentId, PolicyName, PresetName
from orchestrator.domain.intent import Band, Intent, Reason
from orchestrator.domain.moving import Way
from orchestrator.domain.sighting import MoveEnd, MoveSeen, Observation
from orchestrator.runtime.channels import Latest
from orchestrator.steer import Errand, Granted, HeadTimeline, Outcome, Witnesses, moved, steered
from tests.fakes.clock import VirtualClock
from tests.fakes.quirky_site import DOME, KINDS, PRESETS, QuirkySite

T = TypeVar("T")
Virtual = QuirkySite[VirtualClock]
RUNAWAY_S = 1.5
"""No head moves longer than this past the deadline of its move, or past its being called off."""
TRUE_DEG = 1.2
"""A head that is said to have arrived is within this: repeatability, and half a degree of play."""
WITHIN_S = 15.0
LEFT_S = 10.0
"""How long is looked on after the service has left."""

pytestmark = pytest.mark.slow
every_kind = pytest.mark.parametrize("kind", list(KINDS))


@pytest.fixture(autouse=True)
async def parsed() -> None:
    """Have the message engine there: it is parsed in real time."""
    await engine()


async def in_time(site: Virtual, task: asyncio.Task[T], within_s: float) -> T:
    """Turn the clock until the task is done."""
    await site.clock.advance_until(task.done, within_s=within_s)
    return await task


async def sent_to(site: Virtual, preset: str) -> Outcome:
    passport = await in_time(site, asyncio.create_task(site.link.interview()), 30.0)
    name = PresetName(preset)
    errand = Errand(preset, PRESETS[preset], [(Way.PRESET, lambda: site.link.goto_preset(name))])
    task = asyncio.create_task(
        moved(site.link, errand, passport.moves, site.clock, within_s=WITHIN_S)
    )
    return await in_time(site, task, WITHIN_S + 20.0)


@every_kind
async def test_a_move_by_hand_ends_in_time_and_is_never_wrongly_said_to_have_arrived(
    kind: str,
) -> None:
    site, preset = QuirkySite(KINDS[kind], VirtualClock()), "sky" if "flips" in kind else "gate"

    outcome = await sent_to(site, preset)

    assert outcome.took_s <= WITHIN_S + 8.0
    if outcome.end.end is MoveEnd.ARRIVED:
        assert site.off_deg(preset) <= TRUE_DEG
        assert not site.is_moving()
    await site.clock.advance(RUNAWAY_S)
    assert not site.is_moving()
    assert site.sent("ContinuousMove") <= site.sent("Stop")


@asynccontextmanager
async def service(site: Virtual) -> AsyncIterator[tuple[Latest[Granted], list[Observation]]]:
    passport = await in_time(site, asyncio.create_task(site.link.interview()), 30.0)
    grants: Latest[Granted] = Latest()
    reports: list[Observation] = []
    task = asyncio.create_task(
        steered(
            DOME,
            site.link,
            grants=grants,
            passport=lambda: passport,
            timeline=HeadTimeline(),
            witnesses=Witnesses(),
            report=reports.append,
            clock=site.clock,
        )
    )
    yield grants, reports
    task.cancel()
    await site.clock.advance(LEFT_S)
    with suppress(asyncio.CancelledError):
        await task


def grant(preset: str) -> Granted:
    reason = Reason(PolicyName("tour"), None, "because")
    name = PresetName(preset)
    return Granted(Intent(IntentId(preset), DOME.id, name, Band.PATROL, (), reason, 0.0, 1e9))


def ends(reports: list[Observation]) -> list[MoveSeen]:
    return [
        each
        for each in reports
        if isinstance(each, MoveSeen) and each.end not in {MoveEnd.STARTED, MoveEnd.PREEMPTED}
    ]


@every_kind
async def test_the_service_ends_each_move_in_time_is_never_wrong_and_leaves_no_head_moving(
    kind: str,
) -> None:
    site = QuirkySite(KINDS[kind], VirtualClock())
    async with service(site) as (grants, reports):
        grants.put(grant("gate"))
        await site.clock.advance_until(lambda: bool(ends(reports)), within_s=60.0)
        [end] = ends(reports)
        if end.end is MoveEnd.ARRIVED:
            assert not site.is_moving()
        if KINDS[kind].movable:
            assert end.end is not MoveEnd.FAILED, end.reason
            assert site.off_deg("gate") <= TRUE_DEG
        else:
            assert end.end is not MoveEnd.ARRIVED or site.off_deg("gate") <= TRUE_DEG
        await site.clock.advance(RUNAWAY_S)
        assert not site.is_moving()

        # Withdrawn on the way.
        grants.put(grant("sky"))
        await site.clock.advance(0.8)
        grants.put(Granted(None))
        await site.clock.advance(KINDS[kind].manner.status_delay_s + RUNAWAY_S)
        assert not site.is_moving()

        # Left behind on the way.
        grants.put(grant("home"))
        await site.clock.advance(0.8)
    left_s = site.clock.now().mono_s - LEFT_S

    site.head.now()
    assert site.head.moved_s <= left_s + RUNAWAY_S
