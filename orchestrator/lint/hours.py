"""When two calendars hold together, whether one covers the other, and whether one ever holds.

What calendars say only changes where a window begins or ends and at midnight, and repeats each
week except on single dates. So they are asked at every such minute of one week without dates, and
of each date, which leaves nothing out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from orchestrator.domain.calendar import Calendar, CalendarName, in_force

_MONDAY = date(2001, 1, 1)
_WEEK = timedelta(days=7)
_DAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two calendars hold together: ``when`` for example, week after week or (not ``sure``) once."""

    when: str
    sure: bool


def meeting(
    one: CalendarName | None, other: CalendarName | None, calendars: Sequence[Calendar]
) -> Meeting | None:
    """Return when two calendars hold together, None when they never do; no calendar is always.

    >>> from orchestrator.domain.calendar import Window
    >>> night = Calendar(CalendarName("night"), daily=(Window(22 * 60, 5 * 60),))
    >>> early = Calendar(CalendarName("early"), daily=(Window(4 * 60, 6 * 60),))
    >>> meeting(night.name, early.name, (night, early))
    Meeting(when='at 04:00', sure=True)
    """
    if one is None and other is None:
        return Meeting("at any time", sure=True)
    usual = [at for at in _usual(calendars) if _both(one, other, calendars, at)]
    if usual:
        return Meeting(_example(usual), sure=True)
    once = (at for at in _dates(calendars) if _both(one, other, calendars, at))
    return next((Meeting(f"on {at:%Y-%m-%d} at {at:%H:%M}", sure=False) for at in once), None)


def ever(name: CalendarName | None, calendars: Sequence[Calendar]) -> bool:
    """Say whether a calendar holds at any time at all."""
    return meeting(name, name, calendars) is not None


def covers(
    wide: CalendarName | None, narrow: CalendarName | None, calendars: Sequence[Calendar]
) -> bool:
    """Say whether one calendar holds whenever the other does."""
    if wide is None or wide == narrow:
        return True
    moments = (*_usual(calendars), *_dates(calendars))
    return all(in_force(wide, calendars, at) for at in moments if in_force(narrow, calendars, at))


def _both(
    one: CalendarName | None,
    other: CalendarName | None,
    calendars: Sequence[Calendar],
    at: datetime,
) -> bool:
    return in_force(one, calendars, at) and in_force(other, calendars, at)


def _example(moments: Sequence[datetime]) -> str:
    """Return a minute at which something holds every day, or else the first one and its day."""
    for at in moments:
        if sum(other.time() == at.time() for other in moments) == len(_DAYS):
            return f"at {at:%H:%M}"
    return f"on {_DAYS[moments[0].weekday()]} at {moments[0]:%H:%M}"


def _usual(calendars: Iterable[Calendar]) -> Iterator[datetime]:
    """Yield every turn of a week in which no date lies: those of each minute, day by day."""
    dates = {day for calendar in calendars for day in calendar.dates}
    monday = _MONDAY
    while any(monday <= day < monday + _WEEK for day in dates):
        monday += _WEEK
    for minute in _turns(calendars):
        for step in range(7):
            yield datetime.combine(monday + timedelta(days=step), minute)


def _dates(calendars: Iterable[Calendar]) -> Iterator[datetime]:
    """Yield every turn of every date."""
    for day in sorted({day for calendar in calendars for day in calendar.dates}):
        for minute in _turns(calendars):
            yield datetime.combine(day, minute)


def _turns(calendars: Iterable[Calendar]) -> list[time]:
    """Return the minutes of a day at which a calendar may begin or end to hold.

    Midnight comes last: where hours meet at their own beginning, that is the better example.
    """
    ends = {
        minute % (24 * 60)
        for calendar in calendars
        for window in calendar.daily
        for minute in (window.start_min, window.end_min)
    }
    return [time(minute // 60, minute % 60) for minute in (*sorted(ends - {0}), 0)]
