"""The `calendars` section: daily windows, days, dates, and calendars that also hold."""

from datetime import date

from orchestrator.config import units
from orchestrator.config.fields import Fields
from orchestrator.config.shape import Key, Known, Several, Shape, Text
from orchestrator.config.tree import Scalar
from orchestrator.domain.calendar import EVERY_DAY, Calendar, CalendarName, Window

CALENDAR = Shape(
    (
        Key("days", Several(Text()), "The weekdays: `mon to fri`, or `[sat, sun]` [every day]."),
        Key("daily", Several(Text()), "The parts of the day, such as `22:00 to 05:00`."),
        Key("dates", Several(Text()), "Single dates, such as `2026-12-25`."),
        Key("also", Several(Known("calendar")), "Calendars during which this one holds as well."),
    )
)


def calendars_of(top: Fields) -> tuple[Calendar, ...]:
    """Return every calendar of the section."""
    names = [key.text for key, _ in top.entries("calendars")]
    return tuple(
        _calendar(key, fields, names) for key, fields in top.sections("calendars", "calendar")
    )


def _calendar(key: Scalar, fields: Fields, names: list[str]) -> Calendar:
    """Return one calendar."""
    if not any(entry in fields for entry in CALENDAR.names):
        fields.notes.wrong(
            fields.place, f"calendar `{key.text}` is empty", "such as `{daily: 22:00 to 05:00}`"
        )
    daily = _daily(fields)
    if "days" in fields and "daily" not in fields:
        daily = (Window(0, 24 * 60),)
    return Calendar(
        name=CalendarName(key.text),
        days=_days(fields),
        daily=daily,
        dates=_dates(fields),
        also=tuple(CalendarName(name) for name in fields.named("also", names)),
    )


def _daily(fields: Fields) -> tuple[Window, ...]:
    """Return the parts of the day."""
    windows = []
    for item in fields.several("daily"):
        ends = units.daily_window(item.text)
        if ends is None:
            message = f"`daily` must be a part of the day, found `{item.text}`"
            fields.notes.wrong(item, message, "such as `22:00 to 05:00`")
        else:
            windows.append(Window(*ends))
    return tuple(windows)


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
