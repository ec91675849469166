"""A clock that stands still until a test moves it; sleepers wake in the order of their moments."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from orchestrator.domain.instant import Instant

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class VirtualClock:
    """The ``Clock`` port in a test's hand."""

    def __init__(self, wall: datetime = START, mono_s: float = 1000.0) -> None:
        self._wall = wall
        self._began_s = mono_s
        self._now_s = mono_s
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> Instant:
        passed = timedelta(seconds=self._now_s - self._began_s)
        return Instant(self._now_s, self._wall + passed)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now_s + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move on, waking every sleeper at its own moment and letting it act before the next."""
        end_s = self._now_s + seconds
        await settled()
        while self._sleepers and self._sleepers[0][0] <= end_s:
            self._now_s, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
                await settled()
        self._now_s = end_s
        await settled()

    async def advance_until(self, true: Callable[[], bool], *, within_s: float = 3600.0) -> None:
        """Move on from sleeper to sleeper until ``true``; fails when that takes too long."""
        end_s = self._now_s + within_s
        await settled()
        while not true():
            assert self._sleepers, "nobody waits for the clock, and still it is not so"
            due_s = self._sleepers[0][0]
            assert due_s <= end_s, f"still not so after {within_s:g} s"
            await self.advance(due_s - self._now_s)


async def settled(rounds: int = 50) -> None:
    """Let everything that can run without time passing run."""
    for _ in range(rounds):
        await asyncio.sleep(0)
