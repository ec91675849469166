"""Quantities as people write them: `30s`, `4.5 m`, `-18 deg`, `70 %`, `22:00 to 05:00`.

A number never stands without its unit, so a reader need not guess and a writer cannot slip from
minutes to seconds. Each reader here returns None for a text it does not understand.
"""

import math
import re
from dataclasses import dataclass

_NUMBER = r"[-+]?[0-9]{1,9}(?:\.[0-9]{1,9})?"
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how it is written, what one of it is worth, and how it is called in hints."""

    name: str
    worth: dict[str, float]
    example: str
    close: bool = False
    """Whether the unit follows its number without a space."""

    @property
    def form(self) -> str:
        """Return the regular expression of a quantity in this unit."""
        return rf"{_NUMBER}\s?(?:{'|'.join(self.worth)})"


DURATION = Unit("a duration", _SECONDS, "`30s`, `2m` or `1h`", close=True)
LENGTH = Unit("a length", {"m": 1.0, "cm": 0.01}, "`4.5 m`")
AREA = Unit("an area", {"m2": 1.0}, "`12 m2`")
ANGLE = Unit("an angle", {"deg": 1.0}, "`20 deg`")
PACE = Unit("a pace", {"m/s": 1.0}, "`1.4 m/s`")
RATE = Unit("a speed of turning", {"deg/s": 1.0}, "`90 deg/s`")


def spelled(text: str, unit: Unit) -> str:
    """Return a quantity or a range as it is always written; what is none, as it is.

    >>> spelled("30 s", DURATION), spelled("5min", DURATION), spelled("+4.5m to 6 m", LENGTH)
    ('30s', '5m', '4.5 m to 6 m')
    """
    ends = [
        re.fullmatch(rf"\+?({_NUMBER})\s?([a-z/]+2?)", end.strip()) for end in text.split(" to ")
    ]
    if not all(end is not None and end[2] in unit.worth for end in ends):
        return text
    known = {worth: name for name, worth in reversed(unit.worth.items())}
    space = "" if unit.close else " "
    return " to ".join(
        f"{end[1].lstrip('+')}{space}{known[unit.worth[end[2]]]}" for end in ends if end is not None
    )


SHARE_FORM = rf"({_NUMBER})\s?%"


def quantity(text: str, unit: Unit) -> float | None:
    """Return a written quantity in the unit's own measure (seconds, metres, degrees).

    >>> quantity("2m", DURATION), quantity("4.5 m", LENGTH), quantity("30", DURATION)
    (120.0, 4.5, None)
    """
    match = re.fullmatch(rf"({_NUMBER})\s?([a-z/]+2?)", text.strip())
    if match is None or match[2] not in unit.worth:
        return None
    return float(match[1]) * unit.worth[match[2]]


def span(text: str, unit: Unit) -> tuple[float, float] | None:
    """Return a written range in the order written.

    >>> span("62 deg to 5 deg", ANGLE)
    (62.0, 5.0)
    """
    first, found, last = text.partition(" to ")
    if not found:
        return None
    ends = quantity(first, unit), quantity(last, unit)
    return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])


def number(text: str) -> float | None:
    """Return a bare decimal number; no infinity, no exponent.

    >>> number("12.5"), number("1e9"), number(".nan")
    (12.5, None, None)
    """
    return float(text) if re.fullmatch(_NUMBER, text.strip()) else None


def share(text: str) -> float | None:
    """Return a percentage as 0..1.

    >>> share("70 %")
    0.7
    """
    match = re.fullmatch(SHARE_FORM, text.strip())
    return None if match is None else float(match[1]) / 100.0


def minute_of_day(text: str) -> int | None:
    """Return minutes since midnight of a clock time; 24:00 is the end of the day.

    >>> minute_of_day("22:00"), minute_of_day("24:00"), minute_of_day("24:30")
    (1320, 1440, None)
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    minute = int(match[1]) * 60 + int(match[2])
    return minute if minute <= 24 * 60 else None


def daily_window(text: str) -> tuple[int, int] | None:
    """Return the two ends of a part of the day, in minutes since midnight.

    >>> daily_window("22:00 to 05:00")
    (1320, 300)
    """
    first, found, last = text.partition(" to ")
    start, end = minute_of_day(first), minute_of_day(last)
    if not found or start is None or end is None or start in (end, 24 * 60):
        return None
    return start, end


def weekdays(text: str) -> frozenset[int] | None:
    """Return the days of `mon to fri` or `sat`, Monday 0; a range may pass the week's end.

    >>> sorted(weekdays("sat to mon") or ())
    [0, 5, 6]
    """
    first, found, last = text.strip().partition(" to ")
    if first not in _DAYS or (found and last not in _DAYS):
        return None
    start = _DAYS.index(first)
    length = (_DAYS.index(last) - start) % 7 if found else 0
    return frozenset((start + step) % 7 for step in range(length + 1))


def whole(value: float) -> bool:
    """Say whether a number has no fraction."""
    return math.isfinite(value) and value == int(value)
