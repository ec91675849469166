"""Time is an argument: one value that carries both the timer's and the calendar's time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment: ``mono_s`` for timers (CLOCK_MONOTONIC), ``wall`` (aware) for calendars."""

    mono_s: float
    wall: datetime

    def later(self, seconds: float) -> "Instant":
        """Return the moment ``seconds`` after this one, also across a clock change.

        >>> Instant(10.0, datetime(2026, 3, 29, tzinfo=UTC)).later(5.0).mono_s
        15.0
        """
        wall = self.wall.astimezone(UTC) + timedelta(seconds=seconds)
        return Instant(self.mono_s + seconds, wall.astimezone(self.wall.tzinfo))
