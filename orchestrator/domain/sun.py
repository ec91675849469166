"""Sunrise and sunset at a place, as readings of the local clock, from a date alone.

A day here is the one whose solar noon lies next to 12:00 of the local clock. Where the sun does not
rise on a day, sunrise and sunset are both its solar noon, so that the night before and the night
after meet; where it does not set, sunrise is the solar midnight before and sunset the one after, so
that the days meet. What is added to them or taken away is left out then: there is nothing to be
half an hour after. Where the sun stands is computed by astral, after NOAA.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import elevation, noon

_DAY = timedelta(days=1)
_SHARP = timedelta(seconds=4)
_MINUTE_S = 60
_HORIZON_DEG = -0.833
"""Where the middle of the sun is when its edge appears: its radius, and 34' of refraction."""


class Turn(Enum):
    """What the sun does at the horizon."""

    SUNRISE = "sunrise"
    SUNSET = "sunset"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sun is looked at from, and by which clock: degrees north and east, IANA zone."""

    latitude_deg: float
    longitude_deg: float
    timezone: str


@dataclass(frozen=True, slots=True)
class SunTime:
    """A time that follows the sun: ``plus_s`` after sunrise or sunset, before it if negative.

    >>> str(SunTime(Turn.SUNSET, 1800)), str(SunTime(Turn.SUNRISE, -5400))
    ('sunset + 30m', 'sunrise - 1h 30m')
    """

    turn: Turn
    plus_s: int = 0

    def __str__(self) -> str:
        """Return the time as an author writes it."""
        if not self.plus_s:
            return self.turn.value
        hours, minutes = divmod(abs(self.plus_s) // _MINUTE_S, 60)
        parts = (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "")
        sign = "-" if self.plus_s < 0 else "+"
        return f"{self.turn.value} {sign} {' '.join(part for part in parts if part)}"


def minute_of(sun: SunTime, place: Place, day: date) -> int:
    """Return a sun time of a day in minutes of the local clock since midnight, to the nearest.

    It may be less than 0 or more than 1440: in a northern summer the sun sets after midnight.

    >>> berlin = Place(52.52, 13.40, "Europe/Berlin")
    >>> divmod(minute_of(SunTime(Turn.SUNSET), berlin, date(2026, 11, 24)), 60)
    (16, 2)
    """
    rises, sets = _turns(place, day)
    at, shifts = rises if sun.turn is Turn.SUNRISE else sets
    if shifts:
        at += timedelta(seconds=sun.plus_s)
    local = at.astimezone(ZoneInfo(place.timezone)).replace(tzinfo=None)
    since_s = (local - datetime.combine(day, time())).total_seconds()
    return int((since_s + _MINUTE_S // 2) // _MINUTE_S)


@lru_cache(maxsize=2048)
def _turns(place: Place, day: date) -> tuple[tuple[datetime, bool], tuple[datetime, bool]]:
    """Return when the sun rises and sets on a day, each with whether it really does."""
    observer = Observer(place.latitude_deg, place.longitude_deg)
    high = _noon(observer, place, day)
    if not _up(observer, high):
        return (high, False), (high, False)
    before, after = _noon(observer, place, day - _DAY), _noon(observer, place, day + _DAY)
    return (
        _passes(observer, high - (high - before) / 2, high),
        _passes(observer, high + (after - high) / 2, high),
    )


def _noon(observer: Observer, place: Place, day: date) -> datetime:
    """Return the solar noon of a day, next to 12:00 of the local clock.

    The day of the sun and that of the clock differ where the date line bends.
    """
    midday = datetime.combine(day, time(12), ZoneInfo(place.timezone))
    noons = (noon(observer, day + step * _DAY, UTC) for step in (-1, 0, 1))
    return min(noons, key=lambda high: abs(high - midday))


def _passes(observer: Observer, low: datetime, high: datetime) -> tuple[datetime, bool]:
    """Return when the sun is at the horizon between its lowest and its highest; else the lowest.

    It is halved down to seconds, since astral's own search goes by days of UTC and finds nothing on
    some of them.
    """
    if _up(observer, low):
        return low, False
    while abs(high - low) > _SHARP:
        middle = low + (high - low) / 2
        low, high = (low, middle) if _up(observer, middle) else (middle, high)
    return high, True


def _up(observer: Observer, at: datetime) -> bool:
    """Say whether the upper edge of the sun is above the horizon."""
    return elevation(observer, at, with_refraction=False) > _HORIZON_DEG
