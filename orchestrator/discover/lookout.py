"""Hears devices come and go while the service runs, and looks around while a camera is away."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import structlog

from orchestrator.discover.merge import merged
from orchestrator.discover.news import News, news_of
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval, Candidate, Clock, Discovery, Leaving

LOOK_EVERY_S: Final = 600.0
GAP_S: Final = 30.0
"""News of one camera are told no faster: anybody may say Hello as often as they like."""
_LISTEN_S: Final = 5.0
_MOST_UNLISTED: Final = 256

log = structlog.get_logger(__name__)


async def looked_out(
    door: Discovery,
    approvals: Iterable[Approval],
    *,
    interfaces: Sequence[str],
    clock: Clock,
    away: Callable[[], bool],
    tell: Callable[[News], None],
) -> None:
    """Tell news of approved cameras until cancelled; ``away`` says whether one is missing.

    Only who is there is heard: no login is known here, and nobody is contacted. ``AuthorError``
    when this machine has no such interface.
    """
    lookout = _Lookout(tuple(approvals), clock, tell)

    async def look_around() -> None:
        while True:
            await clock.sleep(LOOK_EVERY_S)
            if away():
                found = await door.heard(interfaces=interfaces, duration_s=_LISTEN_S)
                for each in merged(found):
                    lookout.note(each)

    async with door.overheard(interfaces=interfaces) as heard, asyncio.TaskGroup() as group:
        group.create_task(look_around())
        async for each in heard:
            lookout.note(each)


class _Lookout:
    """Who is known, and when news of whom were told last."""

    def __init__(
        self, approvals: tuple[Approval, ...], clock: Clock, tell: Callable[[News], None]
    ) -> None:
        self._approvals = approvals
        self._clock = clock
        self._tell = tell
        self._told_s: dict[tuple[CameraId, bool], float] = {}
        self._unlisted: set[str] = set()

    def note(self, heard: Candidate | Leaving) -> None:
        """Tell what this means for our cameras; a stranger is logged once."""
        news = news_of(self._approvals, heard)
        now_s = self._clock.now().mono_s
        for each in news:
            key = (each.camera, bool(each.elsewhere))
            if now_s - self._told_s.get(key, -GAP_S) >= GAP_S:
                self._told_s[key] = now_s
                self._tell(each)
        at = heard.host
        if not news and at not in self._unlisted and len(self._unlisted) < _MOST_UNLISTED:
            self._unlisted.add(at)
            log.info("a device that is not in the site file, left alone", at=at)
