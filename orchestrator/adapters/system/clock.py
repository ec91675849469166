"""Now: the monotonic clock for timers, and a wall clock for calendars, which may be moved.

With ``wall_start`` the calendar begins at that moment when the clock is made and runs on at the
usual pace: how a demo has its night by day. The monotonic clock is never moved.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.domain.instant import Instant


class SystemClock:
    """The ``Clock`` port; wall times are aware and in the site's time zone."""

    def __init__(self, wall_start: datetime | None = None, timezone: str = "UTC") -> None:
        """Keep the time zone (its IANA name) and, for a moved calendar, where it begins (aware)."""
        if wall_start is not None and wall_start.tzinfo is None:
            raise ValueError("a moved clock starts at a time with its offset from UTC")
        self._wall_start = wall_start
        self._timezone = ZoneInfo(timezone)
        self._started_s = time.monotonic()

    def now(self) -> Instant:
        """Return the current moment."""
        mono_s = time.monotonic()
        if self._wall_start is None:
            return Instant(mono_s, datetime.now(self._timezone))
        passed = timedelta(seconds=mono_s - self._started_s)
        # Added in UTC and shown in the zone: a sum in local time would sleep through a clock change.
        return Instant(mono_s, _in_utc(self._wall_start, passed).astimezone(self._timezone))

    async def sleep(self, seconds: float) -> None:
        """Return ``seconds`` later."""
        await asyncio.sleep(seconds)


def _in_utc(start: datetime, passed: timedelta) -> datetime:
    return datetime.fromtimestamp(start.timestamp(), tz=UTC) + passed
