"""`location` and `calendars`: holidays, sun times and exceptions are read, or told at their place."""

import pytest

from orchestrator.config import parsed_site
from orchestrator.domain.calendar import Calendar, CalendarName, SunWindow, Window
from orchestrator.domain.site import Site
from orchestrator.domain.sun import Place, SunTime, Turn
from orchestrator.errors import AuthorError
from tests.fakes.written_site import GOOD

LOCATION = "location: {latitude: 52.52, longitude: 13.40}\n"
BERLIN = Place(52.52, 13.40, "Europe/Berlin")


def _text(calendars: str, location: str = LOCATION) -> str:
    head, _, rest = GOOD.partition("calendars:\n")
    added = "".join(f"  {line}\n" for line in calendars.splitlines())
    return head.replace("plan:", f"{location}plan:", 1) + "calendars:\n" + added + rest


def _read(calendars: str, location: str = LOCATION) -> Site:
    return parsed_site(_text(calendars, location), "site.yaml")


def _told(calendars: str, location: str = LOCATION) -> str:
    with pytest.raises(AuthorError) as caught:
        _read(calendars, location)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sunset to sunrise", (SunTime(Turn.SUNSET), SunTime(Turn.SUNRISE))),
        (
            "sunset + 30m to sunrise - 1h",
            (SunTime(Turn.SUNSET, 1800), SunTime(Turn.SUNRISE, -3600)),
        ),
        (
            "sunrise - 1h to sunrise + 90m",
            (SunTime(Turn.SUNRISE, -3600), SunTime(Turn.SUNRISE, 5400)),
        ),
        ("sunset to 23:00", (SunTime(Turn.SUNSET), 23 * 60)),
        ("04:30 to sunrise", (4 * 60 + 30, SunTime(Turn.SUNRISE))),
    ],
)
def test_ends_that_follow_the_sun_are_read(
    written: str, read: tuple[SunTime | int, SunTime | int]
) -> None:
    [dark, *_] = _read(f"dark: {{daily: {written}}}").calendars

    assert dark.daily == (SunWindow(*read, BERLIN),)


def test_holidays_and_exceptions_are_read() -> None:
    site = _read(
        "feasts: {holidays: [DE-BE, PL]}\n"
        "open: {days: mon to fri, daily: 08:00 to 18:00, except: feasts}\n"
        "shut: {except: open}"
    )

    feasts, opened, shut, *_ = site.calendars
    assert feasts == Calendar(CalendarName("feasts"), holidays=("DE-BE", "PL"))
    assert opened.but == (feasts.name,)
    assert shut == Calendar(
        CalendarName("shut"), daily=(Window(0, 1440),), but=(CalendarName("open"),)
    )


@pytest.mark.parametrize(
    ("calendars", "said"),
    [
        ("x: {holidays: DR-BE}", "30:17: unknown country `DR`"),
        ("x: {holidays: de-be}", "did you mean `DE`?"),
        ("x: {holidays: DE-XE}", "30:20: unknown subdivision `XE` of `DE`"),
        ("x: {holidays: DE-Berlin}", "did you mean `BE`?"),
        ("x: {holidays: DE-}", "unknown subdivision `` of `DE`"),
        ("x: {daily: sunset + 30 to sunrise}", "`daily` must be a part of the day"),
        ("x: {daily: sunset +30m to sunrise}", "or `sunset + 30m to sunrise - 30m`"),
        ("x: {daily: sunset + 13h to sunrise}", "`daily` must be a part of the day"),
        ("x: {daily: sunset to sunset}", "`daily` must be a part of the day"),
        ("x: {daily: sunset + 1h to sunset - 1h}", "`daily` must be a part of the day"),
        ("x: {except: x}", "`x` is excepted from itself, or through more than 8 others"),
        (
            "x: {except: y}\ny: {except: x}",
            "30:7: `x` is excepted from itself, or through more than 8 others",
        ),
        (
            "x: {except: y}\ny: {also: x}",
            "30:7: `x` is excepted from itself, or through more than 8 others",
        ),
        ("x: {except: nights}", "unknown calendar `nights`"),
        ("x: {also: x}", "30:13: `also` goes in a circle: `x`, `x`"),
        (
            "x: {daily: 22:00 to 05:00, also: [z, y]}\ny: {also: x}\nz: {days: sat}",
            "30:40: `also` goes in a circle: `x`, `y`, `x`",
        ),
        (
            "a: {also: b}\nb: {also: c}\nc: {also: d}\nd: {also: b}",
            "31:13: `also` goes in a circle: `b`, `c`, `d`, `b`",
        ),
    ],
)
def test_a_mistake_in_a_calendar_is_told_at_its_place(calendars: str, said: str) -> None:
    assert said in _told(calendars)


def test_each_circle_is_told_once_and_a_long_one_in_no_time() -> None:
    ring = "\n".join(f"c{number}: {{also: c{(number + 1) % 1000}}}" for number in range(1000))

    told = _told(f"{ring}\nx: {{also: y}}\ny: {{also: x}}")

    assert told.count("in a circle: ") == 2
    assert "`c0`, `c1`, `c2`, `c3`, `c4`, `c5`, ..., `c0`" in told


def test_calendars_that_share_one_are_no_circle() -> None:
    site = _read("a: {days: sat}\nb: {also: a}\nc: {also: [a, b]}")

    assert [each.name for each in site.calendars][:3] == ["a", "b", "c"]


def test_too_many_exceptions_of_exceptions_are_refused() -> None:
    chain = "\n".join(f"c{number}: {{except: c{number + 1}}}" for number in range(2000))

    assert "`c0` is excepted from itself, or through more than 8 others" in _told(
        f"{chain}\nc2000: {{days: sat}}"
    )


def test_the_sun_of_a_site_that_does_not_say_where_it_is_is_told_with_a_hint() -> None:
    assert (
        _told("dark: {daily: sunset to 23:00}", location="")
        == """\
site.yaml:29:17: `sunset to 23:00` follows the sun, and the site does not say where it is
   29 |   dark: {daily: sunset to 23:00}
      |                 ^^^^^^^^^^^^^^^  write `location: {latitude: 52.52, longitude: 13.40}` into the site file"""
    )


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("location: {latitude: 95, longitude: 13}\n", "`latitude` must be between -90 and 90"),
        ("location: {latitude: 52, longitude: -190}\n", "`longitude` must be between -180 and 180"),
        ("location: {latitude: 52}\n", "`location` needs `longitude`"),
        ("location: {latitude: 52 N, longitude: 13}\n", "`latitude` must be a number"),
        ("location: [52, 13]\n", "`location` must be a map"),
    ],
)
def test_a_mistake_in_a_location_is_told(location: str, said: str) -> None:
    assert said in _told("x: {days: sat}", location)
