"""Moments as people write them on the command line, read in the site's time zone."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import typer

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_DAYS_BACK = 4
"""No clock time is skipped so many days in a row, though one is where clocks go forward."""


def last_moment(written: str, *, timezone: str, now: datetime) -> datetime:
    """Return the end of what was meant: a second that is written whole is meant whole.

    So the second that ``explain`` itself shows finds the decision made within it. A time of day
    is the newest such time that is not after ``now``; a date and time without an offset is the
    site's. ``typer.BadParameter`` when it is neither.
    """
    zone = ZoneInfo(timezone)
    try:
        clock = _CLOCK.fullmatch(written)
        begins = _written(written, zone) if clock is None else _newest(_time_of(clock), zone, now)
        ends = begins if begins.microsecond else begins + timedelta(microseconds=999_999)
        return ends.astimezone(zone)
    except (ValueError, OverflowError):
        accepted = (
            f"HH:MM or HH:MM:SS, the newest such time in {timezone},"
            " or ISO 8601, such as 2026-03-10T02:13:07"
        )
        raise _unread(written, accepted) from None


def start_moment(written: str) -> datetime:
    """Return a moment that needs no time zone to be understood; else ``typer.BadParameter``."""
    try:
        start = datetime.fromisoformat(written)
        start.astimezone(UTC)  # a year beyond the calendar shows here
    except (ValueError, OverflowError):
        accepted = "ISO 8601 with an offset, such as 2026-03-29T01:58+01:00"
        raise _unread(written, accepted) from None
    if start.tzinfo is None:
        raise typer.BadParameter(
            f"`{written}` needs an offset, as in {written}+01:00", param_hint="--at"
        )
    return start


def _unread(written: str, accepted: str) -> typer.BadParameter:
    return typer.BadParameter(f"`{written}` is no moment; write {accepted}", param_hint="--at")


def _time_of(clock: re.Match[str]) -> time:
    hours, minutes, seconds = clock.groups("0")
    return time(int(hours), int(minutes), int(seconds))


def _written(iso: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(iso)
    local = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return local.astimezone(UTC)


def _newest(clock: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Return when clocks in the zone showed this last; a clock change skips or repeats times."""
    return next(moment for moment in _shown(clock, zone, now) if moment <= now)


def _shown(clock: time, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    today = now.astimezone(zone).date()
    for days in range(_DAYS_BACK):
        day = datetime.combine(today - timedelta(days=days), clock)
        for fold in (1, 0):
            moment = day.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if moment.astimezone(zone).replace(tzinfo=None) == day:
                yield moment
