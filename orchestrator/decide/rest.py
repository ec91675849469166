"""When time alone can bring something about, while nobody is there and nothing goes on.

Whoever plays a night need not decide five times a second that nothing happens. This only knows the
quiet that is easily proved: no case, no order, no tour under way, every head at home or free. All
else, and whatever the desk may come to hold besides, counts as going on.
"""

from collections.abc import Iterator
from dataclasses import replace

from orchestrator.decide.grants import HOME_LEASE_S
from orchestrator.domain.calendar import page_turns
from orchestrator.domain.desk import Calm, Desk
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Band
from orchestrator.domain.policy import ByCron
from orchestrator.domain.site import Site


def rests_until_s(site: Site, before: Desk, after: Desk, now: Instant) -> float | None:
    """Return until when an empty site stays as it is, if a tick has changed nothing.

    None while something goes on. A moment too soon does no harm: then somebody asks again.
    """
    if before != after or not _still(site, after):
        return None
    turns = [turn.mono_s for turn in page_turns(site.calendars, now)[:1]]
    return min(
        (due_s for due_s in (*turns, *_dues_s(site, after)) if due_s > now.mono_s),
        default=now.mono_s,
    )


def _still(site: Site, desk: Desk) -> bool:
    """Say whether a desk holds nothing that is under way."""
    kept = replace(desk, serial=0, flags={}, tours={}, grants={}, posts={}, calm=Calm())
    return (
        kept == Desk(run=desk.run)
        and all(tour.over for tour in desk.tours.values())
        and all(grant.band is Band.HOME for grant in desk.grants.values())
        and not any(post.moves or post.barred for post in desk.posts.values())
        and not any(isinstance(patrol.schedule, ByCron) for patrol in site.policies.patrols)
    )


def _dues_s(site: Site, desk: Desk) -> Iterator[float]:
    """Yield when heads go home, when their stay there is renewed, and when tours begin again."""
    for post in desk.posts.values():
        if post.idle_s is not None:
            yield post.idle_s + site.arbitration.home_after_s
    for grant in desk.grants.values():
        yield grant.until_s - HOME_LEASE_S / 2
    for patrol in site.policies.patrols:
        if not isinstance(patrol.schedule, ByCron):
            for (name, _), tour in desk.tours.items():
                if name == patrol.name:
                    yield tour.begun_s + patrol.schedule.period_s
