"""Every clause of every policy as it stands at a moment, whether or not it decides anything.

``decided`` stops at the first condition that is false; who tests a policy wants to hear of all.
"""

from collections.abc import Iterator
from dataclasses import replace

from orchestrator.decide.chart import charted
from orchestrator.decide.judge import judged
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import Happening, spoken, triggered
from orchestrator.domain.calendar import in_force, said
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Clause
from orchestrator.domain.site import Site
from orchestrator.domain.world import World


def examined(site: Site, world: World, now: Instant) -> Iterator[tuple[PolicyName, Clause]]:
    """Yield each policy's calendar, trigger and conditions, true or false at this moment.

    Conditions are asked about whoever triggers the policy; where nobody does, they are not judged.
    """
    tick = Tick(site, world, now)
    happening = Happening(tick, charted(site))
    for policy in site.policies.policies:
        if policy.during is not None:
            held = in_force(policy.during, site.calendars, tick.local)
            hours = said(policy.during, site.calendars, tick.local)
            found = f"{hours}, now {tick.local:%H:%M}"
            yield policy.name, Clause(f"during {policy.during}", found, held)
        matches = [match for matches in triggered(policy, tick, happening) for match in matches]
        if not matches:
            yield policy.name, Clause(spoken(policy.on), "not now", False)
        for match in matches:
            yield policy.name, Clause(spoken(policy.on), match.clause.found, True)
            for clause in judged(policy.when, match.facts):
                yield policy.name, clause
            for clause in judged(policy.clear_when, match.facts):
                yield policy.name, replace(clause, text=clears(clause.text))


def clears(text: str) -> str:
    """Return what a clause of ``clear_when`` is called, beside one of ``when`` in the same words."""
    return f"clear when {text}"
