"""Which zones are forbidden now, and by which rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from orchestrator.domain.calendar import in_force, shown_minute
from orchestrator.domain.glass import Lift
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.instant import Instant
from orchestrator.domain.policy import Act, PrivacyRule
from orchestrator.domain.region import Patch
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site, Zone

NOTHING: Mapping[PolicyName, Lift] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A zone that is closed to some act now, and the rule that says so."""

    zone: Zone | Patch
    rule: PrivacyRule


def forbidden(
    site: Site, now: Instant, act: Act = Act.LOOK, lifts: Mapping[PolicyName, Lift] = NOTHING
) -> tuple[Forbidden, ...]:
    """Return every zone closed to ``act`` at this moment, rule by rule.

    A rule that is among ``lifts`` closes nothing to looking until its lift runs out; what else it
    forbids holds on.

    Whether a rule is in force is read from the site's own clock on the wall, never from a timer,
    so that a missed wake-up can delay nothing here.
    """
    local = now.wall.astimezone(ZoneInfo(site.timezone))
    closed = _closed(Same(site), act, shown_minute(local))
    if act is not Act.LOOK or not lifts:
        return closed
    return tuple(one for one in closed if not _lifted(one.rule, lifts, now))


@lru_cache(maxsize=64)
def _closed(key: Same[Site], act: Act, minute: datetime) -> tuple[Forbidden, ...]:
    """Return every zone that rules close to ``act`` in a minute of the site's clock."""
    site, zones = key.value, key.value.places
    return tuple(
        Forbidden(zones[zone], rule)
        for rule in site.policies.privacy
        if act in rule.never and in_force(rule.during, site.calendars, minute)
        for zone in rule.zones
        if zone in zones
    )


def _lifted(rule: PrivacyRule, lifts: Mapping[PolicyName, Lift], now: Instant) -> bool:
    lift = lifts.get(rule.name)
    return lift is not None and lift.stands(now.mono_s)
