"""The one writer: when it ticks, what it takes in, and what it hands on."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from orchestrator.app.mind import INBOX, Mind
from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.ids import CameraId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import HeadSeen, LinkSeen, Observation
from orchestrator.domain.world import World
from tests.fakes.clock import VirtualClock
from tests.fakes.walkers import fixed, site_of

GATE = fixed("gate", 1.0, 1.0, 45.0)
SEEN = HeadSeen(CameraId("gate"), 1000.0, Aim(45.0, -20.0, 70.0), moving=False)
LOST = LinkSeen(CameraId("gate"), 1000.0, LinkState.OFFLINE, "gate does not answer")


class Ticks:
    """Notes each tick: its moment, what was seen, and the world after it."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.seen: list[tuple[float, tuple[Observation, ...]]] = []
        self.failures: list[str] = []
        self.mind = Mind(
            site_of(GATE), run="r", clock=self.clock, act=self._act, report=self.failures.append
        )

    def _act(
        self, now: Instant, seen: tuple[Observation, ...], world: World, decision: Decision
    ) -> None:
        assert now.mono_s == world.now_s
        assert world is self.mind.world
        assert isinstance(decision, Decision)
        self.seen.append((self.clock.now().mono_s, seen))


@asynccontextmanager
async def thinking() -> AsyncIterator[Ticks]:
    ticks = Ticks()
    task = asyncio.create_task(ticks.mind.run())
    await ticks.clock.advance(0.0)
    yield ticks
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_with_nothing_to_take_in_it_still_ticks_about_once_a_second() -> None:
    async with thinking() as ticks:
        await ticks.clock.advance(10.0)

        assert 8 <= len(ticks.seen) <= 10


async def test_what_can_wait_is_taken_in_batches() -> None:
    async with thinking() as ticks:
        for _ in range(5):
            assert ticks.mind.tell(SEEN)
        await ticks.clock.advance(0.2)

        assert [len(seen) for _, seen in ticks.seen] == [0, 5]


async def test_what_cannot_wait_brings_the_next_tick_forward_but_never_beyond_twenty_a_second() -> (
    None
):
    async with thinking() as ticks:
        for _ in range(100):
            ticks.mind.tell(LOST)
            await ticks.clock.advance(0.01)

        moments = [at_s for at_s, _ in ticks.seen]
        gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
        assert 15 <= len(moments) <= 21
        assert min(gaps) > 0.049


async def test_a_calendar_that_turns_a_page_wakes_it() -> None:
    async with thinking() as ticks:
        await ticks.clock.advance(0.3)
        before = len(ticks.seen)
        ticks.mind.wake()
        await ticks.clock.advance(0.06)

        assert len(ticks.seen) == before + 1


async def test_the_world_remembers_what_was_reported() -> None:
    async with thinking() as ticks:
        ticks.mind.tell(LOST)
        await ticks.clock.advance(0.2)

        assert ticks.mind.world.cameras[CameraId("gate")].link is LinkState.OFFLINE


def test_a_full_inbox_refuses_and_counts() -> None:
    mind = Ticks().mind
    taken = sum(mind.tell(SEEN) for _ in range(INBOX + 3))

    assert (taken, mind.lost.count) == (INBOX, 3)


async def test_what_is_lost_is_said_when_it_begins_and_then_how_much() -> None:
    ticks = Ticks()
    for _ in range(INBOX + 300):
        ticks.mind.tell(SEEN)
    assert ticks.failures == [f"observations are lost: {INBOX} wait to be thought about (1 so far)"]

    task = asyncio.create_task(ticks.mind.run())
    await ticks.clock.advance(30.0)
    task.cancel()

    assert len(ticks.failures) == 2
    assert ticks.failures[1].endswith("(300 so far)")
