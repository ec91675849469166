"""When calendars meet, cover each other and hold at all."""

from datetime import date

import pytest

from orchestrator.domain.calendar import EVERY_DAY, Calendar, CalendarName, SunWindow, Window
from orchestrator.domain.sun import Place, SunTime, Turn
from orchestrator.lint.hours import Almanac, Meeting, covers, ever, meeting


def _calendar(name: str, *hours: tuple[int, int], days: frozenset[int] = EVERY_DAY) -> Calendar:
    windows = tuple(Window(start * 60, end * 60) for start, end in hours)
    return Calendar(CalendarName(name), days=days, daily=windows)


NIGHT = _calendar("night", (22, 5))
DEEP = _calendar("deep", (0, 3))
DAY = _calendar("day", (6, 18))
DAWN = _calendar("dawn", (5, 6))
WEEKEND = _calendar("weekend", (0, 24), days=frozenset({5, 6}))
WORKDAYS = _calendar("workdays", (6, 18), days=frozenset(range(5)))
FRIDAY_NIGHT = _calendar("friday-night", (22, 5), days=frozenset({4}))
HOLIDAY = Calendar(CalendarName("holiday"), dates=frozenset({date(2026, 12, 26)}))
FREE = Calendar(CalendarName("free"), also=(WEEKEND.name, HOLIDAY.name))
NEVER = Calendar(CalendarName("never"), also=(CalendarName("never"),))
EVERY = (NIGHT, DEEP, DAY, DAWN, WEEKEND, WORKDAYS, FRIDAY_NIGHT, HOLIDAY, FREE, NEVER)
TODAY = date(2026, 11, 24)
ALL = Almanac(EVERY, TODAY)


def _when(one: Calendar, other: Calendar) -> tuple[str, bool] | None:
    met = meeting(one.name, other.name, ALL)
    return None if met is None else (met.when, met.sure)


def test_hours_that_only_touch_do_not_meet() -> None:
    assert _when(NIGHT, DAWN) is None
    assert _when(DAWN, DAY) is None


def test_hours_across_midnight_meet_those_of_the_early_morning() -> None:
    assert _when(NIGHT, DEEP) == ("at 00:00", True)


def test_hours_of_some_days_meet_only_on_these() -> None:
    assert _when(WORKDAYS, WEEKEND) is None
    assert _when(FRIDAY_NIGHT, WEEKEND) == ("on saturdays at 00:00", True)


def test_hours_that_meet_on_a_date_alone_meet_without_being_sure() -> None:
    assert _when(HOLIDAY, DAY) == ("on 2026-12-26 at 06:00", False)


def test_no_calendar_meets_everything_that_ever_holds() -> None:
    assert meeting(None, None, ALL) is not None
    assert meeting(None, DAY.name, ALL) is not None
    assert meeting(None, NEVER.name, ALL) is None


def test_a_calendar_covers_what_lies_within_it_on_every_day() -> None:
    assert covers(NIGHT.name, DEEP.name, ALL)
    assert covers(DAY.name, WORKDAYS.name, ALL)
    assert covers(FREE.name, HOLIDAY.name, ALL)
    assert covers(None, DAY.name, ALL)


def test_a_calendar_does_not_cover_what_reaches_beyond_it() -> None:
    assert not covers(DEEP.name, NIGHT.name, ALL)
    assert not covers(WORKDAYS.name, DAY.name, ALL)
    assert not covers(
        WEEKEND.name, FREE.name, Almanac((*EVERY[:7], _weekday_holiday(), FREE), TODAY)
    )
    assert not covers(DAY.name, None, ALL)


def _weekday_holiday() -> Calendar:
    return Calendar(HOLIDAY.name, dates=frozenset({date(2026, 12, 25)}))


def test_only_a_calendar_of_nothing_never_holds() -> None:
    assert not ever(NEVER.name, ALL)
    assert all(ever(each.name, ALL) for each in EVERY if each is not NEVER)


BERLIN = Place(52.52, 13.40, "Europe/Berlin")
DARK = Calendar(
    CalendarName("dark"), daily=(SunWindow(SunTime(Turn.SUNSET), SunTime(Turn.SUNRISE), BERLIN),)
)
FEASTS = Calendar(CalendarName("feasts"), holidays=("DE-BE",))
OPEN = Calendar(
    CalendarName("open"),
    days=frozenset(range(5)),
    daily=(Window(6 * 60, 18 * 60),),
    but=(FEASTS.name,),
)
NOTHING = Calendar(CalendarName("nothing"), daily=(Window(0, 1440),), but=(CalendarName("whole"),))
WHOLE = Calendar(CalendarName("whole"), daily=(Window(0, 1440),))
YEARLY = Almanac((*EVERY, DARK, FEASTS, OPEN, NOTHING, WHOLE), TODAY)


@pytest.mark.slow
def test_hours_by_the_sun_are_asked_all_year() -> None:
    assert meeting(DARK.name, DAY.name, YEARLY) == Meeting("on 2026-11-24 at 06:00", sure=True)
    assert meeting(DARK.name, DEEP.name, YEARLY) is not None
    noon = Calendar(CalendarName("noon"), daily=(Window(11 * 60, 13 * 60),))
    assert meeting(DARK.name, noon.name, Almanac((DARK, noon), TODAY)) is None


@pytest.mark.slow
def test_public_holidays_meet_hours_of_the_day_without_being_sure() -> None:
    assert meeting(FEASTS.name, DAY.name, YEARLY) == Meeting("on 2026-12-25 at 06:00", sure=False)
    assert meeting(FEASTS.name, OPEN.name, YEARLY) is None


@pytest.mark.slow
def test_what_is_excepted_is_not_covered() -> None:
    assert covers(WORKDAYS.name, OPEN.name, YEARLY)
    assert not covers(OPEN.name, WORKDAYS.name, YEARLY)
    assert not covers(DARK.name, DEEP.name, Almanac((WINTER, DEEP), TODAY))
    assert covers(DARK.name, DEEP.name, YEARLY)


WINTER = Calendar(
    DARK.name, daily=(SunWindow(SunTime(Turn.SUNSET), SunTime(Turn.SUNRISE, -3 * 3600), BERLIN),)
)


def test_a_calendar_that_is_always_excepted_never_holds() -> None:
    assert not ever(NOTHING.name, YEARLY)
    assert ever(OPEN.name, YEARLY)
