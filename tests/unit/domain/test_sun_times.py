"""Sun times are read from the local clock, and the days without them are told honestly."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator.domain.calendar import Calendar, CalendarName, SunWindow, in_force, said
from orchestrator.domain.sun import Place, SunTime, Turn, minute_of

BERLIN = Place(52.52, 13.40, "Europe/Berlin")
TROMSO = Place(69.65, 18.96, "Europe/Oslo")
NIGHT = CalendarName("night")
DAY = CalendarName("day")


def _hours(place: Place) -> tuple[Calendar, ...]:
    night = SunWindow(SunTime(Turn.SUNSET, 1800), SunTime(Turn.SUNRISE, -1800), place)
    day = SunWindow(SunTime(Turn.SUNRISE), SunTime(Turn.SUNSET), place)
    return Calendar(NIGHT, daily=(night,)), Calendar(DAY, daily=(day,))


@pytest.mark.parametrize(
    ("turn", "place", "day", "clock"),
    [
        (Turn.SUNRISE, BERLIN, date(2026, 6, 21), "04:43"),
        (Turn.SUNSET, BERLIN, date(2026, 6, 21), "21:33"),
        (Turn.SUNRISE, BERLIN, date(2026, 12, 21), "08:15"),
        (Turn.SUNSET, BERLIN, date(2026, 12, 21), "15:54"),
        (Turn.SUNSET, Place(-33.87, 151.21, "Australia/Sydney"), date(2026, 12, 21), "20:05"),
        (Turn.SUNRISE, Place(40.71, -74.01, "America/New_York"), date(2026, 3, 20), "06:59"),
    ],
)
def test_sun_times_agree_with_printed_almanacs_to_a_minute(
    turn: Turn, place: Place, day: date, clock: str
) -> None:
    printed = int(clock[:2]) * 60 + int(clock[3:])

    assert abs(minute_of(SunTime(turn), place, day) - printed) <= 1


def test_a_night_by_the_sun_begins_and_ends_on_the_minute_its_words_name() -> None:
    calendars = _hours(BERLIN)
    at = datetime.fromisoformat("2026-11-24T16:31")

    assert not in_force(NIGHT, calendars, at)
    assert in_force(NIGHT, calendars, at + timedelta(minutes=1))
    assert said(NIGHT, calendars, at) == "16:32 to 07:15 (sunset + 30m to sunrise - 30m)"
    assert in_force(NIGHT, calendars, datetime.fromisoformat("2026-11-25T07:14"))
    assert not in_force(NIGHT, calendars, datetime.fromisoformat("2026-11-25T07:15"))


def test_in_the_early_morning_the_words_are_those_of_the_night_that_lasts() -> None:
    morning, evening = (
        datetime.fromisoformat("2026-11-25T03:00"),
        datetime.fromisoformat("2026-11-25T20:00"),
    )

    assert said(NIGHT, _hours(BERLIN), morning).startswith("16:32 to 07:15 ")
    assert said(NIGHT, _hours(BERLIN), evening).startswith("16:31 to 07:17 ")


def test_where_the_sun_does_not_rise_it_is_night_all_day() -> None:
    calendars = _hours(TROMSO)
    week = [
        datetime.fromisoformat("2026-12-18T00:00") + timedelta(minutes=10 * step)
        for step in range(7 * 144)
    ]

    assert all(in_force(NIGHT, calendars, at) for at in week)
    assert not any(in_force(DAY, calendars, at) for at in week)


def test_where_the_sun_does_not_set_it_is_never_night() -> None:
    calendars = _hours(TROMSO)
    week = [
        datetime.fromisoformat("2026-06-18T00:00") + timedelta(minutes=10 * step)
        for step in range(7 * 144)
    ]

    assert not any(in_force(NIGHT, calendars, at) for at in week)
    assert all(in_force(DAY, calendars, at) for at in week)
    assert "not at all (sunset + 30m to sunrise - 30m)" in said(NIGHT, calendars, week[0])


def test_day_and_night_take_turns_all_year_without_a_gap() -> None:
    night = SunWindow(SunTime(Turn.SUNSET), SunTime(Turn.SUNRISE), TROMSO)
    calendars = (Calendar(NIGHT, daily=(night,)), _hours(TROMSO)[1])
    year = [
        datetime.fromisoformat("2026-01-01T00:00") + timedelta(minutes=97 * step)
        for step in range(365 * 14)
    ]

    assert all(in_force(NIGHT, calendars, at) != in_force(DAY, calendars, at) for at in year)


@pytest.mark.parametrize(
    ("start", "end", "overnight"),
    [
        (SunTime(Turn.SUNSET), SunTime(Turn.SUNRISE), True),
        (SunTime(Turn.SUNRISE), SunTime(Turn.SUNSET), False),
        (SunTime(Turn.SUNSET), 23 * 60, False),
        (SunTime(Turn.SUNSET), 5 * 60, True),
        (22 * 60, SunTime(Turn.SUNRISE), True),
        (5 * 60, SunTime(Turn.SUNRISE), False),
        (SunTime(Turn.SUNRISE, -3600), SunTime(Turn.SUNRISE, 3600), False),
    ],
)
def test_whether_a_window_crosses_midnight_does_not_hang_on_the_season(
    start: SunTime | int, end: SunTime | int, overnight: bool
) -> None:
    assert SunWindow(start, end, BERLIN).overnight is overnight


def test_early_hours_until_sunrise_do_not_happen_when_the_sun_was_earlier() -> None:
    early = Calendar(NIGHT, daily=(SunWindow(5 * 60, SunTime(Turn.SUNRISE), BERLIN),))

    assert early.holds(datetime.fromisoformat("2026-12-21T07:00"))
    summer = [
        datetime.fromisoformat("2026-06-21T00:00") + timedelta(minutes=step) for step in range(1440)
    ]
    assert not any(early.holds(at) for at in summer)


@pytest.mark.parametrize(
    ("longitude_deg", "timezone"),
    [(-157.4, "Pacific/Kiritimati"), (178.0, "Pacific/Fiji"), (87.6, "Asia/Shanghai")],
)
def test_the_sun_is_up_at_noon_wherever_the_date_line_bends(
    longitude_deg: float, timezone: str
) -> None:
    calendars = _hours(Place(2.0, longitude_deg, timezone))
    noons = [
        datetime.fromisoformat("2026-01-01T13:00") + timedelta(days=step) for step in range(365)
    ]

    assert all(in_force(DAY, calendars, noon) for noon in noons)
    assert all(in_force(NIGHT, calendars, noon.replace(hour=23)) for noon in noons)
    assert all(
        in_force(NIGHT, calendars, noon.astimezone(ZoneInfo(timezone)).replace(hour=2))
        for noon in noons
    )
