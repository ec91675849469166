"""The `location` and `calendars` sections: hours, days, dates, holidays, sun times, and each other.

Holidays are written by ISO codes (`DE-BE`); a time that follows the sun needs the site's location.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from orchestrator.config import units
from orchestrator.config.circles import check_circles
from orchestrator.config.fields import Fields, did_you_mean
from orchestrator.config.shape import Key, Known, Number, Several, Shape, Text
from orchestrator.config.tree import Place, Scalar
from orchestrator.domain import sun
from orchestrator.domain.calendar import (
    EVERY_DAY,
    WHOLE_DAY_MIN,
    Calendar,
    CalendarName,
    SunWindow,
    Window,
)
from orchestrator.domain.public_holidays import by_name, countries

LOCATION = Shape(
    (
        Key("latitude", Number(-90, 90), "Decimal degrees, north positive.", required=True),
        Key("longitude", Number(-180, 180), "Decimal degrees, east positive.", required=True),
    )
)
CALENDAR = Shape(
    (
        Key("days", Several(Text()), "The weekdays: `mon to fri`, or `[sat, sun]` [every day]."),
        Key(
            "daily",
            Several(Text()),
            "The parts of the day: `22:00 to 05:00`, or `sunset + 30m to sunrise - 30m`.",
        ),
        Key("dates", Several(Text()), "Single dates, such as `2026-12-25`."),
        Key("holidays", Several(Text()), "The public holidays of a region, such as `DE-BE`."),
        Key("also", Several(Known("calendar")), "Calendars during which this one holds as well."),
        Key("except", Several(Known("calendar")), "Calendars during which this one does not hold."),
    )
)

_TURNS = {turn.value: turn for turn in sun.Turn}
_MOST_PLUS_S = 12 * 3600


def location_of(top: Fields, timezone: str) -> sun.Place | None:
    """Return where on earth a site is; None when it does not say."""
    fields = top.inner("location")
    if fields is None:
        return None
    return sun.Place(fields.number("latitude"), fields.number("longitude"), timezone)


def calendars_of(top: Fields, place: sun.Place | None = None) -> tuple[Calendar, ...]:
    """Return every calendar of the section; ``place`` is where the sun is looked at from."""
    names = [key.text for key, _ in top.entries("calendars")]
    read = list(top.sections("calendars", "calendar"))
    found = [_calendar(key, fields, names, place) for key, fields in read]
    check_circles([fields for _, fields in read], found)
    return tuple(found)


def _calendar(key: Scalar, fields: Fields, names: list[str], place: sun.Place | None) -> Calendar:
    """Return one calendar."""
    if not any(entry in fields for entry in CALENDAR.names):
        fields.notes.wrong(
            fields.place, f"calendar `{key.text}` is empty", "such as `{daily: 22:00 to 05:00}`"
        )
    calendar = Calendar(
        name=CalendarName(key.text),
        days=_days(fields),
        daily=tuple(_daily(fields, place)),
        dates=_dates(fields),
        also=tuple(CalendarName(name) for name in fields.named("also", names)),
        but=tuple(CalendarName(name) for name in fields.named("except", names)),
        holidays=tuple(_holidays(fields)),
    )
    hours = any(entry in fields for entry in ("daily", "dates", "holidays", "also"))
    whole = "daily" not in fields if "days" in fields else not hours
    return replace(calendar, daily=(Window(0, WHOLE_DAY_MIN),)) if whole else calendar


def _daily(fields: Fields, place: sun.Place | None) -> Iterator[Window | SunWindow]:
    """Yield the parts of the day."""
    for item in fields.several("daily"):
        clock = units.daily_window(item.text)
        ends = None if clock else _sun_ends(item.text)
        if clock is not None:
            yield Window(*clock)
        elif ends is None:
            message = f"`daily` must be a part of the day, found `{item.text}`"
            hint = "such as `22:00 to 05:00`, or `sunset + 30m to sunrise - 30m`"
            fields.notes.wrong(item, message, hint)
        elif place is None:
            message = f"`{item.text}` follows the sun, and the site does not say where it is"
            hint = "write `location: {latitude: 52.52, longitude: 13.40}` into the site file"
            fields.notes.wrong(item, message, hint)
        else:
            yield SunWindow(*ends, place)


def _sun_ends(text: str) -> tuple[sun.SunTime | int, sun.SunTime | int] | None:
    """Return the ends of a part of the day that follows the sun; None if that is none.

    >>> first, last = _sun_ends("sunset + 30m to 23:00") or (0, 0)
    >>> str(first), last
    ('sunset + 30m', 1380)
    """
    first, _, last = text.partition(" to ")
    start, end = _end(first.strip()), _end(last.strip())
    if start is None or end is None or start == end:
        return None
    if isinstance(start, sun.SunTime) and isinstance(end, sun.SunTime) and start.turn is end.turn:
        return (start, end) if start.plus_s < end.plus_s else None
    return start, end


def _end(text: str) -> sun.SunTime | int | None:
    """Return a clock time in minutes, or a time that follows the sun."""
    word, _, rest = text.partition(" ")
    if word not in _TURNS:
        return units.minute_of_day(text)
    sign, _, written = rest.strip().partition(" ")
    if not rest:
        return sun.SunTime(_TURNS[word])
    plus_s = units.quantity(written, units.DURATION)
    if sign not in {"+", "-"} or plus_s is None or not 0 <= plus_s <= _MOST_PLUS_S or plus_s % 60:
        return None
    return sun.SunTime(_TURNS[word], int(-plus_s if sign == "-" else plus_s))


def _days(fields: Fields) -> frozenset[int]:
    """Return the weekdays; every day when none is written."""
    if "days" not in fields:
        return EVERY_DAY
    days = frozenset[int]()
    for item in fields.several("days"):
        read = units.weekdays(item.text)
        if read is None:
            message = f"`days` must be weekdays, found `{item.text}`"
            fields.notes.wrong(item, message, "such as `mon to fri` or `[sat, sun]`")
        else:
            days |= read
    return days


def _dates(fields: Fields) -> frozenset[date]:
    """Return single dates."""
    dates = set()
    for item in fields.several("dates"):
        try:
            dates.add(date.fromisoformat(item.text))
        except ValueError:
            message = f"`dates` must be days of a year, found `{item.text}`"
            fields.notes.wrong(item, message, "such as `2026-12-25`")
    return frozenset(dates)


def _holidays(fields: Fields) -> Iterator[str]:
    """Yield the regions whose public holidays count."""
    known = countries() if "holidays" in fields else {}
    for item in fields.several("holidays"):
        country, dash, part = item.text.partition("-")
        if country not in known:
            message = f"unknown country `{country}`"
            hint = did_you_mean(country.upper(), sorted(known), "country")
            fields.notes.wrong(_part(item, 0, country), message, hint)
        elif dash and part not in known[country]:
            message = f"unknown subdivision `{part}` of `{country}`"
            near = by_name(country).get(part)
            hint = did_you_mean(near or part.upper(), sorted(known[country]), "subdivision")
            fields.notes.wrong(_part(item, len(country) + 1, part), message, hint)
        else:
            yield item.text


def _part(item: Scalar, start: int, text: str) -> Place:
    """Return the place of some characters of a word; of a quoted one, the whole."""
    if not item.plain or not text:
        return item.place
    return Place(item.place.line, item.place.column + start, len(text))
