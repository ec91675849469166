"""Which zones are forbidden now, and by which rule."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from orchestrator.domain.calendar import in_force
from orchestrator.domain.instant import Instant
from orchestrator.domain.policy import Act, PrivacyRule
from orchestrator.domain.site import Site, Zone


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A zone that is closed to some act now, and the rule that says so."""

    zone: Zone
    rule: PrivacyRule


def forbidden(site: Site, now: Instant, act: Act = Act.LOOK) -> tuple[Forbidden, ...]:
    """Return every zone closed to ``act`` at this moment, rule by rule.

    Whether a rule is in force is read from the site's own clock on the wall, never from a timer,
    so that a missed wake-up can delay nothing here.
    """
    local = now.wall.astimezone(ZoneInfo(site.timezone))
    zones = {zone.id: zone for zone in site.zones}
    return tuple(
        Forbidden(zones[zone], rule)
        for rule in site.policies.privacy
        if act in rule.never and in_force(rule.during, site.calendars, local)
        for zone in rule.zones
        if zone in zones
    )
