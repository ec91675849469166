"""Wake-ups that never come: for tests in which no calendar turns a page."""

import asyncio
from collections.abc import Callable

from orchestrator.domain.instant import Instant


class QuietWakeups:
    """The ``Wakeups`` port where no calendar ever turns a page."""

    def follow(self, coming: Callable[[Instant], Instant]) -> None:
        return

    async def next(self) -> None:
        await asyncio.Event().wait()
