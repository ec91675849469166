"""Wake-ups over APScheduler's asyncio scheduler and its memory store.

Every wanted moment is one job; wanting anew replaces them all. Several that are due at once wake
once, and one that was missed (a machine that slept) wakes as soon as it can. A moment is turned
into a pause on the site's own clock, so a moved calendar is awaited at its own pace.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from orchestrator.domain.instant import Instant
from orchestrator.ports import Clock
from orchestrator.runtime.channels import Latest

MOST = 1000
"""Moments beyond the nearest thousand are left to be wanted again later."""

_DEFAULTS: Final = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class ApschedulerWakeups:
    """The ``Wakeups`` port. ``next`` and ``at`` work inside ``running``."""

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

    def at(self, moments: Sequence[Instant]) -> None:
        """Want to be woken at these moments; replaces what was wanted before."""
        now_s = self._clock.now().mono_s
        today = datetime.now(UTC)
        self._scheduler.remove_all_jobs()
        for moment_s in sorted({moment.mono_s for moment in moments})[:MOST]:
            fires = today + timedelta(seconds=max(0.0, moment_s - now_s))
            self._scheduler.add_job(self._wake, "date", run_date=fires)

    async def next(self) -> None:
        """Return at the next wanted moment."""
        await self._due.take()

    async def _wake(self) -> None:
        self._due.put(True)
