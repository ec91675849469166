"""When two calendars hold together, whether one covers the other, and whether one ever holds.

What calendars say only changes where a window begins or ends and at midnight. Where it repeats each
week except on single dates, it is asked at every such minute of one week without dates, and of each
date, which leaves nothing out. The sun and public holidays know no such week: calendars that follow
them are asked at every such minute of the coming year, its clock changes left aside, so what is
said of them is said of that year.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from orchestrator.domain.calendar import Calendar, CalendarName, in_force
from orchestrator.domain.public_holidays import holiday

_MONDAY = date(2001, 1, 1)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_YEAR_DAYS = 366
_DAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two calendars hold together: ``when`` for example, week after week or (not ``sure``) once."""

    when: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Almanac:
    """The calendars of a site, and the day from which a year is looked at."""

    calendars: tuple[Calendar, ...]
    today: date


def meeting(
    one: CalendarName | None, other: CalendarName | None, almanac: Almanac
) -> Meeting | None:
    """Return when two calendars hold together, None when they never do; no calendar is always.

    >>> from orchestrator.domain.calendar import Window
    >>> night = Calendar(CalendarName("night"), daily=(Window(22 * 60, 5 * 60),))
    >>> early = Calendar(CalendarName("early"), daily=(Window(4 * 60, 6 * 60),))
    >>> meeting(night.name, early.name, Almanac((night, early), date(2026, 3, 1)))
    Meeting(when='at 04:00', sure=True)
    """
    if one is None and other is None:
        return Meeting("at any time", sure=True)
    return _meeting(one, other, _asked((one, other), almanac))


def ever(name: CalendarName | None, almanac: Almanac) -> bool:
    """Say whether a calendar holds at any time at all."""
    return meeting(name, name, almanac) is not None


def covers(wide: CalendarName | None, narrow: CalendarName | None, almanac: Almanac) -> bool:
    """Say whether one calendar holds whenever the other does."""
    if wide is None or wide == narrow:
        return True
    return _covers(wide, narrow, _asked((wide, narrow), almanac))


@lru_cache(maxsize=1024)
def _meeting(
    one: CalendarName | None, other: CalendarName | None, almanac: Almanac
) -> Meeting | None:
    calendars = almanac.calendars
    usual = [at for at in _usual(almanac) if _both(one, other, calendars, at)]
    if usual:
        return Meeting(_example(usual, almanac), sure=True)
    once = (at for at in _dates(almanac) if _both(one, other, calendars, at))
    return next((Meeting(f"on {at:%Y-%m-%d} at {at:%H:%M}", sure=False) for at in once), None)


@lru_cache(maxsize=1024)
def _covers(wide: CalendarName, narrow: CalendarName | None, almanac: Almanac) -> bool:
    calendars = almanac.calendars
    moments = (*_usual(almanac), *_dates(almanac))
    return all(in_force(wide, calendars, at) for at in moments if in_force(narrow, calendars, at))


def _both(
    one: CalendarName | None,
    other: CalendarName | None,
    calendars: tuple[Calendar, ...],
    at: datetime,
) -> bool:
    return in_force(one, calendars, at) and in_force(other, calendars, at)


def _asked(names: Iterable[CalendarName | None], almanac: Almanac) -> Almanac:
    """Return an almanac of what some calendars depend on, and of nothing else."""
    known = {calendar.name: calendar for calendar in almanac.calendars}
    waiting, met = [name for name in names if name is not None], set[CalendarName]()
    while waiting:
        name = waiting.pop()
        if name in known and name not in met:
            met.add(name)
            waiting += (*known[name].also, *known[name].but)
    return Almanac(tuple(each for each in almanac.calendars if each.name in met), almanac.today)


def _example(moments: Sequence[datetime], almanac: Almanac) -> str:
    """Return a minute at which something holds every day, or else the first one and its day."""
    if _yearly(almanac):
        return f"on {moments[0]:%Y-%m-%d} at {moments[0]:%H:%M}"
    for at in moments:
        if sum(other.time() == at.time() for other in moments) == len(_DAYS):
            return f"at {at:%H:%M}"
    return f"on {_DAYS[moments[0].weekday()]} at {moments[0]:%H:%M}"


def _yearly(almanac: Almanac) -> bool:
    return any(calendar.yearly for calendar in almanac.calendars)


def _special(almanac: Almanac) -> set[date]:
    """Return the days that are not like others of their weekday: dates, and public holidays."""
    dates = {day for calendar in almanac.calendars for day in calendar.dates}
    regions = {region for calendar in almanac.calendars for region in calendar.holidays}
    year = (almanac.today + step * _DAY for step in range(_YEAR_DAYS))
    return dates | {day for day in year if any(holiday(region, day) for region in regions)}


def _usual(almanac: Almanac) -> Iterator[datetime]:
    """Yield every turn of the days without anything special: those of each minute, day by day.

    That is one week, or the coming year where weeks are not alike.
    """
    special = _special(almanac)
    if _yearly(almanac):
        days = [almanac.today + step * _DAY for step in range(_YEAR_DAYS)]
        yield from _turns(almanac, [day for day in days if day not in special])
        return
    monday = _MONDAY
    while any(monday <= day < monday + _WEEK for day in special):
        monday += _WEEK
    week = [monday + step * _DAY for step in range(7)]
    yield from sorted(
        _turns(almanac, week),
        # Midnight comes last: where hours meet at their own beginning, that is the better example.
        key=lambda at: (at.time() == time(), at.time(), at.date()),
    )


def _dates(almanac: Almanac) -> Iterator[datetime]:
    """Yield every turn of every special day."""
    return _turns(almanac, sorted(_special(almanac)))


def _turns(almanac: Almanac, days: Sequence[date]) -> Iterator[datetime]:
    """Yield the minutes of some days at which a calendar may begin or end to hold, each day's last midnight last."""
    windows = {window for calendar in almanac.calendars for window in calendar.daily}
    for day in days:
        midnight = datetime.combine(day, time())
        minutes = {
            minute + step * 24 * 60
            for window in windows
            for step in (-2, -1, 0, 1)
            for minute in window.span(day + step * _DAY)
        }
        within = sorted(minute for minute in minutes if 0 < minute < 24 * 60)
        yield from (midnight + timedelta(minutes=minute) for minute in (*within, 0))
