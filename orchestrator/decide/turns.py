"""When to look again: the next moment at which the hour alone may change what is decided.

Only good for waking somebody who then decides for the moment it is; to be woken late, twice or for
nothing does no harm.
"""

from zoneinfo import ZoneInfo

from orchestrator.domain.calendar import page_turns
from orchestrator.domain.cron import firings
from orchestrator.domain.instant import Instant
from orchestrator.domain.policy import ByCron
from orchestrator.domain.site import Site


def coming(site: Site, now: Instant) -> Instant:
    """Return the next moment at which a calendar may turn a page or a patrol's cron fires.

    There is always one: calendars turn a page at midnight.
    """
    local = now.wall.astimezone(ZoneInfo(site.timezone))
    turns = [page_turns(site.calendars, Instant(now.mono_s, local), days=1)[0].wall]
    for patrol in site.policies.patrols:
        if isinstance(patrol.schedule, ByCron):
            turns += [next(firings(patrol.schedule.cron, now.wall, days=1), turns[0])]
    return now.later(min((turn - now.wall).total_seconds() for turn in turns))
