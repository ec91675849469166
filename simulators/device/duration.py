"""XML Schema durations and instants, as events and continuous moves carry them."""

import re
from datetime import UTC, datetime

_DURATION = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_UNITS_S = (365 * 86400.0, 30 * 86400.0, 86400.0, 3600.0, 60.0, 1.0)


def duration_s(text: str) -> float | None:
    """Return the seconds of an ``xs:duration``, or None when it is none.

    >>> duration_s("PT1M30.5S")
    90.5
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()[1:]):
        return None
    parts = match.groups()[1:]
    total = sum(float(part or 0) * unit for part, unit in zip(parts, _UNITS_S, strict=True))
    return -total if match[1] else total


def remaining_s(text: str, now_wall_s: float) -> float | None:
    """Return how long a termination time, a duration or an instant, is away."""
    relative = duration_s(text)
    if relative is not None:
        return relative
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp() - now_wall_s


def instant_text(wall_s: float) -> str:
    """Return an ``xs:dateTime`` in UTC.

    >>> instant_text(0.25)
    '1970-01-01T00:00:00.250Z'
    """
    moment = datetime.fromtimestamp(wall_s, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
