"""One look of a head at itself at a time: asked, waited for while nothing else matters, taken."""

import asyncio
from typing import TypeVar

from orchestrator.ports import CameraLink, Clock, HeadReport
from orchestrator.runtime.channels import Latest

News = TypeVar("News")


class Look:
    """The question where a head looks; some cameras take seconds to answer it."""

    def __init__(self, link: CameraLink, clock: Clock) -> None:
        """Ask nothing yet."""
        self._link = link
        self._clock = clock
        self._asking: asyncio.Task[tuple[float, HeadReport]] | None = None

    async def answered(self, news: Latest[News], due_s: float | None) -> None:
        """Return when the head has answered, there is news, or it is ``due_s`` (None: never)."""
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        await news.take_within(self._waited(self._asking, due_s))

    def taken(self) -> tuple[float, HeadReport] | None:
        """Return the answer, and when it was asked for, once; ``CameraError`` when it failed."""
        if self._asking is None or not self._asking.done():
            return None
        asking, self._asking = self._asking, None
        return asking.result()

    def given_up(self) -> None:
        """Ask nothing any more."""
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self) -> tuple[float, HeadReport]:
        asked_s = self._clock.now().mono_s
        return asked_s, await self._link.head()

    async def _waited(
        self, asking: asyncio.Task[tuple[float, HeadReport]], due_s: float | None
    ) -> None:
        if due_s is None:
            await asyncio.wait({asking})
            return
        due = asyncio.ensure_future(self._clock.sleep(due_s - self._clock.now().mono_s))
        try:
            await asyncio.wait({asking, due}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            due.cancel()
