"""What the coming year makes of a patrol's cron.

How soon it fires again, whether it ever does so while its calendar holds, and which of its readings
the clock skips in spring.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from orchestrator.domain.calendar import in_force
from orchestrator.domain.cron import Cron, firings, firings_on, skipped
from orchestrator.domain.policy import ByCron, Patrol
from orchestrator.domain.site import Site

_YEAR_DAYS = 366
_MANY = 20_000
"""So many firings are asked whether a calendar holds; after that nobody says it never does."""
_SOME = 500
"""So many gaps between firings are looked at for the shortest."""
_ONE_DAY = timedelta(days=1)


def period_s(patrol: Patrol, today: date) -> float | None:
    """Return after how long a tour begins anew at the soonest; None if it does not in a year."""
    if not isinstance(patrol.schedule, ByCron):
        return patrol.schedule.period_s
    cron = patrol.schedule.cron
    some = islice(firings(cron, _midnight(cron, today)), _SOME)
    return min(((after - before).total_seconds() for before, after in pairwise(some)), default=None)


def never(patrol: Patrol, site: Site, today: date) -> str | None:
    """Return, of a patrol that begins no tour in the coming year, why not; None if it does."""
    if not isinstance(patrol.schedule, ByCron):
        return None
    cron, zone = patrol.schedule.cron, ZoneInfo(site.timezone)
    asked = 0
    for at in islice(firings(cron, _midnight(cron, today)), _MANY):
        if in_force(patrol.during, site.calendars, at.astimezone(zone)):
            return None
        asked += 1
    if not asked:
        return "does not fire"
    return None if asked == _MANY else f"never fires while `{patrol.during}` holds"


def jumped(patrol: Patrol, site: Site, today: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield each reading of the coming year that the clock skips, and when the tour begins instead.

    Both are by the clock that the expression is read by; the first has no time zone.
    """
    if not isinstance(patrol.schedule, ByCron):
        return
    cron = patrol.schedule.cron
    zone, here = ZoneInfo(cron.timezone), ZoneInfo(site.timezone)
    for day in _changes(zone, today):
        for reading in skipped(cron, day):
            skips = reading.replace(tzinfo=zone, fold=1).astimezone(UTC)
            begins = next((at for at in firings_on(cron, day) if at >= skips), None)
            if begins and in_force(patrol.during, site.calendars, begins.astimezone(here)):
                yield reading, begins.astimezone(zone)


def _midnight(cron: Cron, today: date) -> datetime:
    return datetime.combine(today, time(), ZoneInfo(cron.timezone)).astimezone(UTC)


def _changes(zone: ZoneInfo, today: date) -> Iterator[date]:
    """Yield the days of the coming year on which a clock is moved."""
    for step in range(_YEAR_DAYS):
        day = today + step * _ONE_DAY
        first, last = (datetime.combine(day + off * _ONE_DAY, time(), zone) for off in (0, 1))
        if first.utcoffset() != last.utcoffset():
            yield day
