"""Cron expressions: when one fires, answered from a moment alone, clock changes included.

Weekdays are those of every crontab (0 and 7 are Sunday). As in Debian's cron, an expression that
names its minutes and hours means readings of the clock: one that the clock skips in spring fires
when the clock goes on, one that comes twice in autumn fires the first time. An expression whose
minutes or hours begin with a star means a pace, and keeps it through both. The counting is that of
cronsim.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim

_ONE_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LOOK_DAYS = 366
"""A firing further away than this is not looked for, backwards or forwards in one go."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields, and the IANA time zone by whose clock they are read."""

    expression: str
    timezone: str

    def __str__(self) -> str:
        """Return the expression as an author writes it."""
        return self.expression


def latest(cron: Cron, now: datetime) -> datetime | None:
    """Return the last firing until a moment, that moment included; None in a year without one.

    >>> berlin = Cron("30 2 * * *", "Europe/Berlin")
    >>> str(latest(berlin, datetime(2026, 3, 29, 12, tzinfo=UTC)))
    '2026-03-29 01:00:00+00:00'
    """
    return _latest(cron, now.astimezone(UTC).replace(second=0, microsecond=0))


@lru_cache(maxsize=256)
def _latest(cron: Cron, minute: datetime) -> datetime | None:
    day = minute.astimezone(ZoneInfo(cron.timezone)).date()
    for step in range(_LOOK_DAYS + 1):
        fired = firings_on(cron, day - step * _ONE_DAY)
        if past := bisect_right(fired, minute):
            return fired[past - 1]
    return None


def firings(cron: Cron, after: datetime, *, days: int = _LOOK_DAYS) -> Iterator[datetime]:
    """Yield every firing after a moment, in order, until so many days on.

    >>> weekdays = Cron("0 8 * * 1-5", "Europe/Berlin")
    >>> saturday = datetime(2026, 3, 14, 12, tzinfo=UTC)
    >>> f"{next(firings(weekdays, saturday)).astimezone(ZoneInfo('Europe/Berlin')):%A %H:%M}"
    'Monday 08:00'
    """
    day = after.astimezone(ZoneInfo(cron.timezone)).date()
    for step in range(days + 1):
        yield from (at for at in firings_on(cron, day + step * _ONE_DAY) if at > after)


def may_fire_on(cron: Cron, day: date) -> bool:
    """Say whether an expression names a day at all."""
    fields = _fields(cron.expression)
    return day.month in fields.months and fields.match_day(day)


def skipped(cron: Cron, day: date) -> tuple[datetime, ...]:
    """Return the readings of the clock which an expression asks for on a day that has none such.

    They are local and naive; the tour that belongs to them begins when the clock goes on. An
    expression that keeps a pace asks for no reading.
    """
    fields = _fields(cron.expression)
    if not may_fire_on(cron, day) or any(part.startswith("*") for part in fields.parts[1:3]):
        return ()
    readings = (
        datetime.combine(day, time(hour, minute))
        for hour in sorted(fields.hours)
        for minute in sorted(fields.minutes)
    )
    zone = ZoneInfo(cron.timezone)
    return tuple(at for at in readings if _shown(at, zone) != at)


def _shown(reading: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock shows at the moment that a reading stands for."""
    return reading.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)


@lru_cache(maxsize=512)
def firings_on(cron: Cron, day: date) -> tuple[datetime, ...]:
    """Return the firings of a local day, in UTC and in order, each once.

    Two readings that the clock skips in spring fire together, which is one firing.
    """
    if not may_fire_on(cron, day):
        return ()
    before = datetime.combine(day, time(), ZoneInfo(cron.timezone)) - _SECOND
    # Where the clock is put back at midnight, the last second of yesterday comes twice.
    simulated = CronSim(cron.expression, before.replace(fold=1))
    found: set[datetime] = set()
    for at in simulated:
        if at.date() > day:
            break
        if at.date() == day:
            found.add(at.astimezone(UTC))
    return tuple(sorted(found))


@lru_cache(maxsize=256)
def _fields(expression: str) -> CronSim:
    """Return the parsed fields of an expression; only its sets are read, so it may be shared."""
    return CronSim(expression, datetime(2000, 1, 1, tzinfo=UTC))
