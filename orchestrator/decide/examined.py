"""Every clause of every policy as it stands at a moment, whether or not it decides anything.

``decided`` stops at the first condition that is false; who tests a policy wants to hear of all.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from orchestrator.decide.chart import charted
from orchestrator.decide.facts import site_facts
from orchestrator.decide.judge import judged
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import Happening, spoken, triggered
from orchestrator.domain.calendar import CalendarName, in_force, said
from orchestrator.domain.ids import PolicyName, ZoneId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Clause
from orchestrator.domain.policy import (
    Crosses,
    Enters,
    Flagged,
    Leaves,
    Occupied,
    Policy,
    Reports,
    Stays,
    Trigger,
)
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site
from orchestrator.domain.world import World


def examined(site: Site, world: World, now: Instant) -> Iterator[tuple[PolicyName, Clause]]:
    """Yield each policy's calendar, trigger and conditions, true or false at this moment.

    Conditions are asked about whoever triggers the policy; where nobody does, they are not judged.
    """
    tick = Tick(site, world, now)
    same = Same(site)
    hours = _hours(same, tick.local.replace(second=0, microsecond=0))
    zones = {presence.zone for presence in world.presences}
    happening: Happening | None = None
    for policy, idle in _idle(same):
        if policy.during is not None:
            yield policy.name, hours[policy.during]
        found: Sequence[tuple[PolicyName, Clause]] = ()
        if _possible(policy.on, site, world, zones):
            happening = happening or Happening(tick, charted(site))
            found = _matched(policy, idle, tick, happening)
        yield from found or ((policy.name, idle),)


def _possible(on: Trigger, site: Site, world: World, zones: AbstractSet[ZoneId]) -> bool:
    """Say whether anything is there that a trigger could start by: most often nothing is."""
    match on:
        case Enters() | Stays() | Occupied():
            return not zones.isdisjoint(on.zones)
        case Crosses():
            return bool(world.crossings)
        case Leaves():
            return bool(world.arrivals)
        case Reports():
            return any(state.reported for state in world.cameras.values())
        case Flagged():
            return site_facts(site, world.desk.flags).get(f"site.{on.flag}") is True


def _matched(
    policy: Policy, idle: Clause, tick: Tick, happening: Happening
) -> list[tuple[PolicyName, Clause]]:
    """Return the clauses of whoever triggers a policy now, in each way in which they do."""
    found: list[Clause] = []
    for matches in triggered(policy, tick, happening):
        for match in matches:
            found.append(Clause(idle.text, match.clause.found, True))
            found += judged(policy.when, match.facts)
            again = judged(policy.clear_when, match.facts)
            found += (replace(clause, text=clears(clause.text)) for clause in again)
    return [(policy.name, clause) for clause in found]


@lru_cache(maxsize=16)
def _idle(same: Same[Site]) -> tuple[tuple[Policy, Clause], ...]:
    """Return every policy with the clause of its trigger while nothing triggers it."""
    return tuple(
        (policy, Clause(spoken(policy.on), "not now", False))
        for policy in same.value.policies.policies
    )


@lru_cache(maxsize=16)
def _hours(same: Same[Site], minute: datetime) -> Mapping[CalendarName, Clause]:
    """Return how each calendar that a policy asks stands in a minute."""
    names = {policy.during for policy in same.value.policies.policies}
    return {name: _during(name, same.value, minute) for name in names if name is not None}


def _during(name: CalendarName, site: Site, minute: datetime) -> Clause:
    held = in_force(name, site.calendars, minute)
    found = f"{said(name, site.calendars, minute)}, now {minute:%H:%M}"
    return Clause(f"during {name}", found, held)


def clears(text: str) -> str:
    """Return what a clause of ``clear_when`` is called, beside one of ``when`` in the same words."""
    return f"clear when {text}"
