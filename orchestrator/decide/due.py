"""When a tour that goes by cron is due: a question to the moment, whoever woke us, and when.

Nothing is scheduled here. A tour remembers the last firing that was answered, by a tour or by none;
one that lies between that and now begins a tour, once, and many that were slept through are one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orchestrator.domain.cron import latest
from orchestrator.domain.desk import Tour
from orchestrator.domain.instant import Instant
from orchestrator.domain.policy import ByCron

IN_TIME = timedelta(minutes=1)
"""Cron knows minutes: a firing is in time until the next could be, and missed from then on."""
PUT_BACK = timedelta(minutes=10)
"""A clock that is set back by less fires nothing again; by more, it was wrong before."""

Stands = Callable[[datetime], bool]
"""Says whether a patrol may begin a tour at a moment: its calendar holds, and nobody paused it."""


def due(schedule: ByCron, tour: Tour | None, now: Instant, stands: Stands) -> Tour:
    """Return where a camera is on its tour at this moment, before it goes on.

    A service that starts does not know what it missed: only a firing of this minute begins a tour.
    """
    wall = now.wall.astimezone(UTC)
    fired = latest(schedule.cron, wall)
    if tour is None:
        begins = fired is not None and wall - fired < IN_TIME and stands(fired)
        return Tour(begun_s=now.mono_s, over=not begins, fired=fired)
    if fired is None or tour.fired == fired:
        return tour
    if tour.fired is not None and fired < tour.fired:
        return tour if tour.fired - wall < PUT_BACK else replace(tour, fired=fired)
    in_time = wall - fired < IN_TIME or schedule.makes_up
    if in_time and stands(fired):
        return Tour(begun_s=now.mono_s, fired=fired)
    return replace(tour, fired=fired)
