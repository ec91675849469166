"""Every clause of every policy as it stands at a moment, whether or not it decides anything.

``decided`` stops at the first condition that is false; who tests a policy wants to hear of all.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from orchestrator.decide.chart import charted
from orchestrator.decide.judge import judged
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import Happening, spoken, triggered
from orchestrator.domain.calendar import CalendarName, in_force, said
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Clause
from orchestrator.domain.policy import Policy
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site
from orchestrator.domain.world import World


def examined(site: Site, world: World, now: Instant) -> Iterator[tuple[PolicyName, Clause]]:
    """Yield each policy's calendar, trigger and conditions, true or false at this moment.

    Conditions are asked about whoever triggers the policy; where nobody does, they are not judged.
    """
    tick = Tick(site, world, now)
    happening = Happening(tick, charted(site))
    same = Same(site)
    hours = dict(_hours(same, tick.local.replace(second=0, microsecond=0)))
    for policy, idle in _idle(same):
        if policy.name in hours:
            yield policy.name, hours[policy.name]
        quiet = True
        for matches in triggered(policy, tick, happening):
            quiet = False
            for match in matches:
                yield policy.name, Clause(idle.text, match.clause.found, True)
                for clause in judged(policy.when, match.facts):
                    yield policy.name, clause
                for clause in judged(policy.clear_when, match.facts):
                    yield policy.name, replace(clause, text=clears(clause.text))
        if quiet:
            yield policy.name, idle


@lru_cache(maxsize=16)
def _idle(same: Same[Site]) -> tuple[tuple[Policy, Clause], ...]:
    """Return every policy with the clause of its trigger while nothing triggers it."""
    return tuple(
        (policy, Clause(spoken(policy.on), "not now", False))
        for policy in same.value.policies.policies
    )


@lru_cache(maxsize=16)
def _hours(same: Same[Site], minute: datetime) -> tuple[tuple[PolicyName, Clause], ...]:
    """Return the clause of every policy's calendar, in a minute."""
    return tuple(
        (policy.name, _during(policy.during, same.value, minute))
        for policy in same.value.policies.policies
        if policy.during is not None
    )


def _during(name: CalendarName, site: Site, minute: datetime) -> Clause:
    held = in_force(name, site.calendars, minute)
    found = f"{said(name, site.calendars, minute)}, now {minute:%H:%M}"
    return Clause(f"during {name}", found, held)


def clears(text: str) -> str:
    """Return what a clause of ``clear_when`` is called, beside one of ``when`` in the same words."""
    return f"clear when {text}"
