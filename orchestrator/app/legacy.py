"""What one run leaves to the next: flags as operators set them, alarms that nobody acknowledged yet.

A run begins with what the store kept, taken in as an observation, so that an event log holds it.
After each tick in which any of it has changed, the newest is kept: a run that is killed loses no
more than the moment it takes to write.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace

import structlog

from orchestrator.domain.desk import Desk
from orchestrator.domain.instant import Instant
from orchestrator.domain.sighting import Inherited
from orchestrator.domain.site import Site
from orchestrator.errors import StoreError
from orchestrator.ports import Clock, Store
from orchestrator.runtime.channels import Latest

log = structlog.get_logger()

RETRY_S = 1.0
FLUSH_S = 2.0


class Legacy:
    """Keeps what the run would leave if it ended now; ``tick`` hands it over without waiting."""

    def __init__(
        self, store: Store, clock: Clock, report: Callable[[str], None], left: Inherited
    ) -> None:
        """Keep the doors, and what the run before left; ``report`` hears of failures, in a sentence."""
        self._store = store
        self._clock = clock
        self._report = report
        self._left = left
        self._known = Inherited()
        self._newest: Latest[Inherited] = Latest()
        self._unkept: Inherited | None = None

    def begin(self, site: Site, tell: Callable[[Inherited], object]) -> None:
        """Tell what the run before left, if it left anything."""
        if self._left != Inherited():
            left = taken_over(self._left, site, self._clock.now())
            tell(left)
            log.info("as the last run left it", flags=dict(left.flags), alarms=len(left.alarms))

    def tick(self, desk: Desk, now: Instant) -> None:
        """Have what has changed in this tick kept."""
        left = Inherited(desk.flags, desk.alarms)
        if left != self._known:
            self._known = left
            self._unkept = left.shifted(_epoch_s(now))
            self._newest.put(self._unkept)

    async def run(self) -> None:
        """Keep what changes until cancelled, and at the end what is not kept yet."""
        try:
            while True:
                await self._keep(await self._newest.take())
        finally:
            with contextlib.suppress(TimeoutError, StoreError):
                await asyncio.wait_for(self._flush(), FLUSH_S)

    async def _keep(self, left: Inherited) -> None:
        """Try until it is kept, or there is something newer."""
        said = False
        while self._unkept is left:
            try:
                await self._store.leave(left)
            except StoreError as error:
                if not said:
                    self._report(f"flags and waiting alarms would not survive a restart: {error}")
                said = True
                await self._clock.sleep(RETRY_S)
            else:
                self._unkept = None if self._unkept is left else self._unkept

    async def _flush(self) -> None:
        if self._unkept is not None:
            await self._store.leave(self._unkept)


def taken_over(left: Inherited, site: Site, now: Instant) -> Inherited:
    """Return what the last run left, as this one takes it over.

    A flag that the site no longer has is let go. What is overdue is due now, and nothing waits longer
    than it was to: a clock that was set back meanwhile makes nobody wait for days.
    """
    here = left.shifted(-_epoch_s(now))
    alarms = {
        name: replace(one, due_s=min(max(one.due_s, now.mono_s), now.mono_s + one.within_s))
        for name, one in here.alarms.items()
    }
    names = dict(site.flags)
    flags = {name: up for name, up in here.flags.items() if name in names}
    return Inherited(flags, alarms, now.mono_s)


def _epoch_s(now: Instant) -> float:
    """Return what is to be added to the site clock for seconds of the epoch."""
    return now.wall.timestamp() - now.mono_s
