"""The ``CameraLink`` suite: what a camera tells of itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from orchestrator.adapters.system import SystemClock
from orchestrator.domain.sighting import CameraReported, Report
from orchestrator.errors import NotAuthorised
from tests.fakes.camera_benches import DOCK, SCENE, Bench


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
