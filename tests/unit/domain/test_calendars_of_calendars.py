"""Public holidays, and calendars that hold also with, or except with, others."""

from datetime import date, datetime, timedelta

from orchestrator.domain.calendar import Calendar, CalendarName, Window, in_force, said

FEASTS = Calendar(CalendarName("feasts"), holidays=("DE-BE",))
OPEN = Calendar(
    CalendarName("open"),
    days=frozenset(range(5)),
    daily=(Window(8 * 60, 18 * 60),),
    but=(FEASTS.name,),
)
CLOSED = Calendar(CalendarName("closed"), daily=(Window(22 * 60, 5 * 60),), also=(FEASTS.name,))
ALWAYS = Calendar(CalendarName("shut"), daily=(Window(0, 1440),), but=(OPEN.name,))
ALL = (FEASTS, OPEN, CLOSED, ALWAYS)
FRIDAY = datetime.fromisoformat("2026-04-03T12:00")
"""Good Friday, a public holiday in all of Germany."""


def test_a_region_keeps_its_own_holidays_of_every_year() -> None:
    berlin, bavaria = (Calendar(FEASTS.name, holidays=(region,)) for region in ("DE-BE", "DE-BY"))
    womens_days = [datetime.fromisoformat(f"{year}-03-08T12:00") for year in (2024, 2026, 2031)]

    assert all(berlin.holds(day) for day in womens_days)
    assert not any(bavaria.holds(day) for day in womens_days)


def test_open_hours_do_not_hold_on_a_holiday_and_say_which() -> None:
    assert not in_force(OPEN.name, ALL, FRIDAY)
    assert in_force(OPEN.name, ALL, FRIDAY - timedelta(days=1))
    assert said(OPEN.name, ALL, FRIDAY) == (
        "except `feasts`: Good Friday, a public holiday in DE-BE"
    )


def test_closed_hours_hold_all_of_a_holiday_and_say_why() -> None:
    assert in_force(CLOSED.name, ALL, FRIDAY)
    assert said(CLOSED.name, ALL, FRIDAY) == "also `feasts`: Good Friday, a public holiday in DE-BE"
    assert said(CLOSED.name, ALL, FRIDAY + timedelta(days=1)) == "22:00 to 05:00"


def test_except_of_an_except_is_the_other_way_round_again() -> None:
    assert in_force(ALWAYS.name, ALL, FRIDAY)
    assert not in_force(ALWAYS.name, ALL, FRIDAY - timedelta(days=1))


def test_except_is_stronger_than_also() -> None:
    both = Calendar(CalendarName("both"), also=(FEASTS.name,), but=(FEASTS.name,))

    assert not in_force(both.name, (both, FEASTS), FRIDAY)


def test_a_barred_calendar_lends_nobody_its_hours() -> None:
    lender = Calendar(CalendarName("lender"), daily=(Window(0, 1440),), but=(FEASTS.name,))
    taker = Calendar(CalendarName("taker"), also=(lender.name,))

    assert not in_force(taker.name, (taker, lender, FEASTS), FRIDAY)
    assert in_force(taker.name, (taker, lender, FEASTS), FRIDAY - timedelta(days=1))


def test_many_calendars_that_all_name_each_other_are_answered_at_once() -> None:
    names = tuple(CalendarName(f"c{number}") for number in range(200))
    last = Calendar(names[-1], dates=frozenset({date(2026, 4, 3)}))
    calendars = (*(Calendar(name, also=names) for name in names[:-1]), last)

    assert in_force(names[0], calendars, FRIDAY)
    assert not in_force(names[0], calendars, FRIDAY + timedelta(days=1))


def test_a_calendar_of_nothing_says_never() -> None:
    loop = Calendar(CalendarName("loop"), also=(CalendarName("loop"),))

    assert said(loop.name, (loop,), FRIDAY) == "as `loop`"
    assert said(CalendarName("gone"), (loop,), FRIDAY) == "unknown"
