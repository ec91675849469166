"""Wake-ups: at each wanted moment, once for several, soon when it is late."""

import asyncio

import pytest

from orchestrator.adapters.schedule import ApschedulerWakeups
from orchestrator.adapters.system import SystemClock


async def woken(wakeups: ApschedulerWakeups, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            await wakeups.next()
    except TimeoutError:
        return False
    return True


async def test_a_moment_that_has_passed_wakes_at_once() -> None:
    clock = SystemClock()
    wakeups = ApschedulerWakeups(clock)
    async with wakeups.running():
        wakeups.at([clock.now().later(-3600.0)])

        assert await woken(wakeups, 5.0)


async def test_nobody_is_woken_before_the_moment_or_without_one() -> None:
    clock = SystemClock()
    wakeups = ApschedulerWakeups(clock)
    async with wakeups.running():
        assert not await woken(wakeups, 0.02)
        wakeups.at([clock.now().later(3600.0)])
        assert not await woken(wakeups, 0.02)


async def test_wanting_anew_replaces_what_was_wanted() -> None:
    clock = SystemClock()
    wakeups = ApschedulerWakeups(clock)
    async with wakeups.running():
        wakeups.at([clock.now().later(0.02)])
        wakeups.at([])

        assert not await woken(wakeups, 0.06)


@pytest.mark.slow
async def test_moments_wake_in_turn_and_not_early() -> None:
    clock = SystemClock()
    wakeups = ApschedulerWakeups(clock)
    async with wakeups.running():
        start_s = clock.now().mono_s
        wakeups.at([clock.now().later(0.3), clock.now().later(0.05), clock.now().later(0.3)])
        for after_s in (0.05, 0.3):
            assert await woken(wakeups, 5.0)
            # APScheduler works in wall time, which this machine may slew a little meanwhile.
            assert clock.now().mono_s - start_s >= after_s - 0.01
        assert not await woken(wakeups, 0.05)
