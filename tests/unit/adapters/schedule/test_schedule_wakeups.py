"""Wake-ups: at each moment that comes, once for many that were missed, never before."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from orchestrator.adapters.schedule import ApschedulerWakeups
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.instant import Instant


async def woken(wakeups: ApschedulerWakeups, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            await wakeups.next()
    except TimeoutError:
        return False
    return True


def at(moments: Sequence[Instant]) -> Callable[[Instant], Instant]:
    """Return who names these moments in turn, and after them one in an hour."""

    def coming(now: Instant) -> Instant:
        ahead = [moment for moment in moments if moment.mono_s > now.mono_s]
        return min(ahead, key=lambda each: each.mono_s, default=now.later(3600.0))

    return coming


async def test_nobody_is_woken_before_the_moment_or_when_nothing_is_followed() -> None:
    wakeups = ApschedulerWakeups(SystemClock())
    async with wakeups.running():
        assert not await woken(wakeups, 0.02)
        wakeups.follow(lambda now: now.later(3600.0))
        assert not await woken(wakeups, 0.02)


async def test_following_anew_replaces_what_was_followed() -> None:
    clock = SystemClock()
    wakeups = ApschedulerWakeups(clock)
    async with wakeups.running():
        wakeups.follow(at([clock.now().later(0.03)]))
        wakeups.follow(at([]))

        assert not await woken(wakeups, 0.06)


async def test_many_moments_that_nobody_waited_for_wake_once() -> None:
    clock = SystemClock()
    wakeups = ApschedulerWakeups(clock)
    async with wakeups.running():
        start = clock.now()
        wakeups.follow(at([start.later(0.01 * step) for step in range(1, 6)]))
        await asyncio.sleep(0.12)

        assert await woken(wakeups, 5.0)
        assert not await woken(wakeups, 0.03)


async def test_who_names_the_present_is_woken_again_and_again_and_stops_nothing() -> None:
    wakeups = ApschedulerWakeups(SystemClock())
    async with wakeups.running():
        wakeups.follow(lambda now: now)

        assert await woken(wakeups, 5.0)
        assert await woken(wakeups, 5.0)


@pytest.mark.slow
async def test_moments_wake_in_turn_and_not_early() -> None:
    clock = SystemClock()
    wakeups = ApschedulerWakeups(clock)
    async with wakeups.running():
        start_s = clock.now().mono_s
        wakeups.follow(at([clock.now().later(after_s) for after_s in (0.3, 0.05)]))
        for after_s in (0.05, 0.3):
            assert await woken(wakeups, 5.0)
            # APScheduler works in wall time, which this machine may slew a little meanwhile.
            assert clock.now().mono_s - start_s >= after_s - 0.01
        assert not await woken(wakeups, 0.05)


async def test_a_moved_calendar_is_awaited_at_its_own_pace() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 29, 1, 59, 59, 960_000, tzinfo=berlin)
    clock = SystemClock(wall_start=start, timezone="Europe/Berlin")
    spring = datetime(2026, 3, 29, 3, tzinfo=berlin).astimezone(UTC)
    wakeups = ApschedulerWakeups(clock)
    async with wakeups.running():
        wakeups.follow(lambda now: now.later((spring - now.wall).total_seconds() % 3600.0))

        assert await woken(wakeups, 5.0)
        assert abs((clock.now().wall - spring).total_seconds()) < 5.0
