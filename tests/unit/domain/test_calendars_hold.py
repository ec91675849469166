"""Calendars are read from the clock on the wall, also in the nights whose hours are not 24."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator.domain.calendar import Calendar, CalendarName, Window, in_force

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Calendar(CalendarName("night"), daily=(Window(22 * 60, 5 * 60),))
FRIDAY_NIGHT = Calendar(
    CalendarName("friday-night"), days=frozenset({4}), daily=(Window(22 * 60, 5 * 60),)
)


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        ("2026-03-10T21:59", False),
        ("2026-03-10T22:00", True),
        ("2026-03-11T04:59", True),
        ("2026-03-11T05:00", False),
    ],
)
def test_a_window_across_midnight_begins_and_ends_on_the_minute(moment: str, holds: bool) -> None:
    assert NIGHT.holds(datetime.fromisoformat(moment)) is holds


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        ("2026-03-13T21:00", False),
        ("2026-03-13T23:00", True),
        ("2026-03-14T04:00", True),
        ("2026-03-14T23:00", False),
        ("2026-03-13T04:00", False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(moment: str, holds: bool) -> None:
    assert FRIDAY_NIGHT.holds(datetime.fromisoformat(moment)) is holds


@pytest.mark.parametrize(
    ("night", "hours"),
    [(date(2026, 3, 28), 6), (date(2026, 10, 24), 8), (date(2026, 3, 10), 7)],
    ids=["the clocks go forward", "the clocks go back", "an ordinary night"],
)
def test_the_nights_of_the_clock_change_are_as_long_as_the_wall_says(
    night: date, hours: int
) -> None:
    noon = datetime(night.year, night.month, night.day, 12, tzinfo=BERLIN).astimezone(UTC)

    minutes = sum(
        NIGHT.holds((noon + timedelta(minutes=minute)).astimezone(BERLIN))
        for minute in range(24 * 60)
    )

    assert minutes == hours * 60


def test_a_date_holds_all_day_and_a_calendar_lends_its_hours_to_another() -> None:
    holidays = Calendar(CalendarName("holidays"), dates=frozenset({date(2026, 12, 25)}))
    closed = Calendar(
        CalendarName("closed"), daily=(Window(1320, 300),), also=(CalendarName("holidays"),)
    )
    noon = datetime(2026, 12, 25, 12, tzinfo=BERLIN)

    assert in_force(CalendarName("closed"), (closed, holidays), noon)
    assert not in_force(CalendarName("closed"), (closed, holidays), noon - timedelta(days=1))


def test_calendars_that_name_each_other_do_not_turn_for_ever() -> None:
    one = Calendar(CalendarName("one"), also=(CalendarName("two"),))
    two = Calendar(CalendarName("two"), also=(CalendarName("one"),))

    assert not in_force(CalendarName("one"), (one, two), datetime(2026, 3, 10, tzinfo=BERLIN))


def test_no_calendar_is_always() -> None:
    assert in_force(None, (), datetime(2026, 3, 10, tzinfo=BERLIN))
