"""Wake-ups over APScheduler's asyncio scheduler and its memory store.

There is one job. Whenever it has fired, its trigger asks which moment comes next, so nothing is
planned ahead that a new site, or a clock that was set, could make wrong. What was missed (a machine
that slept) wakes as soon as it can, and once. A moment is turned into a pause on the site's own
clock, so a moved calendar is awaited at its own pace. Cron expressions are not read here: this
library counts weekdays from Monday.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from orchestrator.domain.instant import Instant
from orchestrator.ports import Clock
from orchestrator.runtime.channels import Latest

LEAST_S = 0.001
"""Nobody is woken again sooner than this."""

_DEFAULTS: Final = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class ApschedulerWakeups:
    """The ``Wakeups`` port. ``follow`` and ``next`` work inside ``running``."""

    def __init__(self, clock: Clock) -> None:
        """Keep the clock the moments belong to."""
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_DEFAULTS)
        self._due: Latest[bool] = Latest()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Fire wake-ups while the context lasts."""
        self._scheduler.start()
        try:
            yield
        finally:
            self._scheduler.shutdown(wait=False)

    def follow(self, coming: Callable[[Instant], Instant]) -> None:
        """Want to be woken at each moment that comes; replaces what was followed before."""
        self._scheduler.remove_all_jobs()
        self._scheduler.add_job(self._wake, _Coming(self._clock, coming))

    async def next(self) -> None:
        """Return at the next moment, or at once when one has passed since."""
        await self._due.take()

    async def _wake(self) -> None:
        self._due.put(True)


class _Coming(BaseTrigger):  # type: ignore[misc]  # apscheduler has no types
    """Fires at the moment that comes next, by the site's clock."""

    __slots__ = ("_clock", "_coming")

    def __init__(self, clock: Clock, coming: Callable[[Instant], Instant]) -> None:
        self._clock = clock
        self._coming = coming

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return when to fire after ``now``, both by the machine's clock."""
        del previous
        here = self._clock.now()
        pause_s = self._coming(here).mono_s - here.mono_s
        return now + timedelta(seconds=max(pause_s, LEAST_S))
