"""Calendars: when a rule is in force, answered from a wall time alone, clock changes included.

A daily window is compared with the local clock on the wall, so `22:00 to 05:00` begins at 22:00
and ends at 05:00 by that clock on every day, also in the two nights whose hours are not 24. A
window that crosses midnight belongs to the day on which it begins: `mon` with `22:00 to 05:00`
holds on Tuesday at 03:00 and not on Monday at 03:00. An end that follows the sun is such a reading
of the clock too, to the minute, and another one each day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NewType

from orchestrator.domain.instant import Instant
from orchestrator.domain.public_holidays import holiday
from orchestrator.domain.same import Same
from orchestrator.domain.sun import Place, SunTime, Turn, minute_of

CalendarName = NewType("CalendarName", str)

EVERY_DAY = frozenset(range(7))
"""Monday is 0, as in ``datetime.weekday``."""

WHOLE_DAY_MIN = 24 * 60
_NOON_MIN = 12 * 60
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ONE_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


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

    def span(self, day: date) -> tuple[int, int]:
        """Return when the window of a day begins and ends, in minutes since its midnight."""
        del day
        return self.start_min, self.end_min + WHOLE_DAY_MIN * self.overnight

    def on(self, day: date) -> str:
        """Return the window of a day in words."""
        del day
        return str(self)


@dataclass(frozen=True, slots=True)
class SunWindow:
    """A part of the day of which an end, or both, follow the sun at ``place``.

    Clock times are minutes since midnight. Which ends lie on the next day is not a question of the
    season, see ``overnight``; where the sun makes a window end before it begins, it is left out.
    """

    start: SunTime | int
    end: SunTime | int
    place: Place

    def __str__(self) -> str:
        """Return the window as an author writes it.

        >>> berlin = Place(52.52, 13.40, "Europe/Berlin")
        >>> str(SunWindow(SunTime(Turn.SUNSET, 1800), 23 * 60, berlin))
        'sunset + 30m to 23:00'
        """
        return f"{_written(self.start)} to {_written(self.end)}"

    @property
    def overnight(self) -> bool:
        """Say whether the window ends on the day after it began.

        That is so when it begins in the second half of the day (at sunset, or from 12:00) and ends
        in the first (at sunrise, or until 12:00).
        """
        if isinstance(self.start, SunTime):
            late = self.start.turn is Turn.SUNSET
        else:
            late = self.start >= _NOON_MIN
        if isinstance(self.end, SunTime):
            return late and self.end.turn is Turn.SUNRISE
        return late and self.end <= _NOON_MIN

    def span(self, day: date) -> tuple[int, int]:
        """Return when the window of a day begins and ends, in minutes since its midnight."""
        ends = day + _ONE_DAY if self.overnight else day
        end_min = self._minute(self.end, ends) + WHOLE_DAY_MIN * self.overnight
        return self._minute(self.start, day), end_min

    def on(self, day: date) -> str:
        """Return the window of a day in words.

        >>> berlin = Place(52.52, 13.40, "Europe/Berlin")
        >>> night = SunWindow(SunTime(Turn.SUNSET, 1800), SunTime(Turn.SUNRISE, -1800), berlin)
        >>> night.on(date(2026, 11, 24))
        '16:32 to 07:15 (sunset + 30m to sunrise - 30m)'
        """
        start_min, end_min = self.span(day)
        hours = f"{_clock(start_min)} to {_clock(end_min)}" if start_min < end_min else "not at all"
        return f"{hours} ({self})"

    def _minute(self, end: SunTime | int, day: date) -> int:
        return minute_of(end, self.place, day) if isinstance(end, SunTime) else end


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days and hours with a name: it holds when a daily window does, or a date or holiday.

    ``days`` are weekdays (Monday 0) on which the windows begin; ``dates`` and the public holidays
    of the regions in ``holidays`` hold from midnight to midnight. ``also`` names calendars that
    hold as well, and while one of ``but`` holds, this one does not, whatever else says so.
    """

    name: CalendarName
    days: frozenset[int] = EVERY_DAY
    daily: tuple[Window | SunWindow, ...] = ()
    dates: frozenset[date] = frozenset()
    also: tuple[CalendarName, ...] = ()
    but: tuple[CalendarName, ...] = ()
    holidays: tuple[str, ...] = ()

    @property
    def yearly(self) -> bool:
        """Say whether one year is not like another, nor one week: by sun or public holidays."""
        return bool(self.holidays) or any(isinstance(each, SunWindow) for each in self.daily)

    def holds(self, local: datetime) -> bool:
        """Say whether a local wall time lies in this calendar, other calendars left aside.

        >>> night = Calendar(CalendarName("night"), daily=(Window(1320, 300),))
        >>> night.holds(datetime(2026, 3, 29, 3, 30)), night.holds(datetime(2026, 3, 29, 5, 0))
        (True, False)
        """
        day = local.date()
        if day in self.dates or any(holiday(region, day) for region in self.holidays):
            return True
        minute = local.hour * 60 + local.minute
        return any(self._begun(window, day, minute) is not None for window in self.daily)

    def said(self, local: datetime) -> str:
        """Return in words the hours around a local wall time, other calendars left aside.

        A window that crosses midnight is told of the day on which it began, as long as it lasts.
        """
        day, minute = local.date(), local.hour * 60 + local.minute
        kept = [(holiday(region, day), region) for region in self.holidays]
        feasts = [f"{name}, a public holiday in {region}" for name, region in kept if name]
        if feasts or day in self.dates:
            return feasts[0] if feasts else f"all of {day:%Y-%m-%d}"
        begun = ((window, self._begun(window, day, minute)) for window in self.daily)
        hours = ", ".join(window.on(begun_on or day) for window, begun_on in begun)
        if self.days != EVERY_DAY:
            hours += f" on {', '.join(_NAMES[number] for number in sorted(self.days))}"
        rest = "on its dates" if self.dates else "on public holidays" if self.holidays else ""
        return hours or rest

    def _begun(self, window: Window | SunWindow, day: date, minute: int) -> date | None:
        """Return the day that began the window which holds at a minute of ``day``; or None.

        Where the clock is far from the sun, tomorrow's sunrise may be today by it.
        """
        for step in (0, -1, 1, -2) if isinstance(window, SunWindow) else (0, -1):
            began = day + step * _ONE_DAY
            if began.weekday() in self.days:
                start_min, end_min = window.span(began)
                if start_min <= minute - step * WHOLE_DAY_MIN < end_min:
                    return began
        return None


def _written(end: SunTime | int) -> str:
    return _clock(end) if isinstance(end, int) else str(end)


def _clock(minute: int) -> str:
    """Return minutes since midnight as ``hh:mm``, of whichever day; 24:00 is the end of a day."""
    if minute != WHOLE_DAY_MIN:
        minute %= WHOLE_DAY_MIN
    return f"{minute // 60:02}:{minute % 60:02}"


def in_force(name: CalendarName | None, calendars: tuple[Calendar, ...], local: datetime) -> bool:
    """Say whether the named calendar holds at a local wall time; no calendar means always.

    A name that no calendar has never holds: the loader refuses it, so this is the safe answer
    for a policy and is not reached by a rule that was checked.
    """
    return name is None or _in_force(name, Same(calendars), shown_minute(local))


def said(name: CalendarName, calendars: tuple[Calendar, ...], local: datetime) -> str:
    """Return in words why the named calendar holds at a local wall time, or its hours that day.

    >>> night = Calendar(CalendarName("night"), daily=(Window(1320, 300),))
    >>> said(night.name, (night,), datetime(2026, 3, 29, 12, 0))
    '22:00 to 05:00'
    """
    return _said(name, Same(calendars), shown_minute(local))


def shown_minute(local: datetime) -> datetime:
    """Return what a clock on the wall shows: a calendar asks for no more, and tells no more."""
    return local.replace(second=0, microsecond=0, tzinfo=None)


@lru_cache(maxsize=512)
def _in_force(name: CalendarName, same: Same[tuple[Calendar, ...]], minute: datetime) -> bool:
    return bool(_Asked(same.value, minute).why(name))


@lru_cache(maxsize=512)
def _said(name: CalendarName, same: Same[tuple[Calendar, ...]], minute: datetime) -> str:
    asked = _Asked(same.value, minute)
    calendar = asked.known.get(name)
    if calendar is None:
        return "unknown"
    barred = next((each for each in calendar.but if asked.why(each)), None)
    if barred is not None:
        return f"except `{barred}`: {_said(barred, same, minute)}"
    holds = asked.why(name)
    if len(holds) > 1:
        return f"also `{holds[-1]}`: {asked.known[holds[-1]].said(minute)}"
    if words := calendar.said(minute):
        return words
    return f"as {', '.join(f'`{each}`' for each in calendar.also)}" if calendar.also else "never"


class _Asked:
    """What calendars answer about one local wall time; each is asked once."""

    def __init__(self, calendars: Iterable[Calendar], local: datetime) -> None:
        self.known = {calendar.name: calendar for calendar in calendars}
        self._local = local
        self._answers: dict[CalendarName, tuple[CalendarName, ...]] = {}

    def why(self, name: CalendarName) -> tuple[CalendarName, ...]:
        """Return the calendars from the named one to that which makes it hold; none if it doesn't.

        Calendars that are excepted from each other in a circle are refused by the loader; one that
        is still being asked counts as not holding.
        """
        if name not in self._answers:
            self._answers[name] = ()
            self._answers[name] = self._found(name)
        return self._answers[name]

    def _found(self, name: CalendarName) -> tuple[CalendarName, ...]:
        """Search ``also`` by ``also`` for a calendar that holds by itself."""
        waiting: list[tuple[CalendarName, ...]] = [(name,)]
        met = {name}
        for path in waiting:
            calendar = self.known.get(path[-1])
            if calendar is None or any(self.why(each) for each in calendar.but):
                continue
            if calendar.holds(self._local):
                return path
            waiting += [(*path, each) for each in calendar.also if each not in met]
            met.update(calendar.also)
        return ()


def page_turns(
    calendars: Iterable[Calendar], now: Instant, *, days: int = 2
) -> tuple[Instant, ...]:
    """Return the coming moments at which some calendar may begin or end to hold, soonest first.

    Local midnights count too, for dates and holidays, and so do changes of the clock, at which a
    window may begin or end in the middle. Only good for waking somebody who then asks
    ``in_force``: a turn that changes nothing is harmless.
    """
    today = now.wall.date()
    windows = {window for calendar in calendars for window in calendar.daily}
    readings = {
        datetime.combine(today + step * _ONE_DAY, time()) + timedelta(minutes=minute)
        for step in range(-2, days + 2)
        for minute in {0, *(end for each in windows for end in each.span(today + step * _ONE_DAY))}
    }
    zone, start = now.wall.tzinfo, now.wall.astimezone(UTC)
    turns = {
        reading.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        for reading in readings
        for fold in (0, 1)
    }
    end = datetime.combine(today + (days + 1) * _ONE_DAY, time(), zone).astimezone(UTC)
    turns.update(_clock_changes(now.wall, end))
    waits_s = sorted((turn - start).total_seconds() for turn in turns if start < turn <= end)
    return tuple(now.later(wait_s) for wait_s in waits_s)


def _clock_changes(local: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the moments from a local one to another at which the clock is put forward or back."""
    before = local.astimezone(UTC)
    while before < end:
        after = before + _HOUR
        if _offset(before, local) != _offset(after, local):
            yield _clock_change(before, after, local)
        before = after


def _clock_change(before: datetime, after: datetime, local: datetime) -> datetime:
    """Return the second at which the offset of a zone changes between two moments."""
    offset = _offset(before, local)
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _offset(middle, local) == offset else (before, middle)
    return after


def _offset(moment: datetime, local: datetime) -> timedelta | None:
    return moment.astimezone(local.tzinfo).utcoffset()
