"""Calendars: when a rule is in force, answered from a wall time alone, clock changes included.

A daily window is compared with the local clock on the wall, so `22:00 to 05:00` begins at 22:00
and ends at 05:00 by that clock on every day, also in the two nights whose hours are not 24. A
window that crosses midnight belongs to the day on which it begins: `mon` with `22:00 to 05:00`
holds on Tuesday at 03:00 and not on Monday at 03:00.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NewType

from orchestrator.domain.instant import Instant

CalendarName = NewType("CalendarName", str)

EVERY_DAY = frozenset(range(7))
"""Monday is 0, as in ``datetime.weekday``."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the day in local minutes since midnight; ``end_min`` may lie on the next day.

    >>> Window(22 * 60, 5 * 60)
    Window(start_min=1320, end_min=300)
    """

    start_min: int
    end_min: int

    def __str__(self) -> str:
        """Return the window as an author writes it.

        >>> str(Window(1320, 300))
        '22:00 to 05:00'
        """
        return f"{_clock(self.start_min)} to {_clock(self.end_min)}"

    @property
    def overnight(self) -> bool:
        """Say whether the window ends on the day after it began."""
        return self.end_min <= self.start_min


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days and hours with a name: it holds when a daily window or one of ``dates`` does.

    ``days`` are weekdays (Monday 0) on which the windows begin; ``dates`` hold from midnight to
    midnight; ``also`` names calendars that hold as well.
    """

    name: CalendarName
    days: frozenset[int] = EVERY_DAY
    daily: tuple[Window, ...] = ()
    dates: frozenset[date] = frozenset()
    also: tuple[CalendarName, ...] = ()

    def __str__(self) -> str:
        """Return the hours in words, for explanations."""
        hours = ", ".join(str(window) for window in self.daily)
        if self.days != EVERY_DAY:
            names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
            hours = f"{hours} on {', '.join(names[day] for day in sorted(self.days))}".strip()
        return hours or "on its dates"

    def holds(self, local: datetime) -> bool:
        """Say whether a local wall time lies in this calendar, ``also`` left aside.

        >>> night = Calendar(CalendarName("night"), daily=(Window(1320, 300),))
        >>> night.holds(datetime(2026, 3, 29, 3, 30)), night.holds(datetime(2026, 3, 29, 5, 0))
        (True, False)
        """
        if local.date() in self.dates:
            return True
        minute = local.hour * 60 + local.minute
        today = local.weekday() in self.days
        yesterday = (local - _ONE_DAY).weekday() in self.days
        return any(_inside(window, minute, today, yesterday) for window in self.daily)


def _inside(window: Window, minute: int, today: bool, yesterday: bool) -> bool:
    """Say whether a minute of the day is in a window begun today or, overnight, yesterday."""
    if not window.overnight:
        return today and window.start_min <= minute < window.end_min
    return (today and minute >= window.start_min) or (yesterday and minute < window.end_min)


def _clock(minute: int) -> str:
    """Return minutes since midnight as ``hh:mm``."""
    return f"{minute // 60:02}:{minute % 60:02}"


def in_force(name: CalendarName | None, calendars: Iterable[Calendar], local: datetime) -> bool:
    """Say whether the named calendar holds at a local wall time; no calendar means always.

    A name that no calendar has never holds: the loader refuses it, so this is the safe answer
    for a policy and is not reached by a rule that was checked.
    """
    if name is None:
        return True
    known = {calendar.name: calendar for calendar in calendars}
    waiting, met = [name], set[CalendarName]()
    while waiting:
        calendar = known.get(waiting.pop())
        if calendar is None or calendar.name in met:
            continue
        if calendar.holds(local):
            return True
        met.add(calendar.name)
        waiting.extend(calendar.also)
    return False


def page_turns(
    calendars: Iterable[Calendar], now: Instant, *, days: int = 2
) -> tuple[Instant, ...]:
    """Return the coming moments at which some calendar may begin or end to hold, soonest first.

    Local midnights count too, for dates. Only good for waking somebody who then asks
    ``in_force``: a turn that changes nothing is harmless.
    """
    minutes = {0} | {
        minute
        for calendar in calendars
        for window in calendar.daily
        for minute in (window.start_min, window.end_min)
    }
    midnight = now.wall.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    turns = {
        (midnight + timedelta(days=day)).replace(hour=minute // 60 % 24, minute=minute % 60)
        for day in range(days + 1)
        for minute in minutes
    }
    waits_s = sorted(
        (turn.astimezone(UTC) - now.wall.astimezone(UTC)).total_seconds() for turn in turns
    )
    return tuple(now.later(wait_s) for wait_s in waits_s if wait_s > 0)
