"""Every clause of every policy as it stands at a moment, whether or not it decides anything.

``decided`` stops at the first condition that is false; who tests a policy wants to hear of all.
"""

from collections.abc import Iterator

from orchestrator.decide.cases import Happening, triggered
from orchestrator.decide.chart import charted
from orchestrator.decide.judge import judged
from orchestrator.decide.steps import Tick
from orchestrator.domain.calendar import in_force
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Clause
from orchestrator.domain.policy import Enters, Policy
from orchestrator.domain.site import Site
from orchestrator.domain.world import World


def examined(site: Site, world: World, now: Instant) -> Iterator[tuple[PolicyName, Clause]]:
    """Yield each policy's calendar, trigger and conditions, true or false at this moment.

    Conditions are asked about whoever triggers the policy; where nobody does, they are not judged.
    """
    tick = Tick(site, world, now)
    happening = Happening.of(tick, charted(site))
    for policy in site.policies.policies:
        if policy.during is not None:
            held = in_force(policy.during, site.calendars, tick.local)
            yield policy.name, Clause(f"during {policy.during}", f"now {tick.local:%H:%M}", held)
        matches = list(triggered(policy, tick, happening))
        if not matches:
            yield policy.name, Clause(spoken(policy), "nobody does", False)
        for match in matches:
            yield policy.name, Clause(spoken(policy), match.clause.found, True)
            for clause in judged(policy.when, match.facts):
                yield policy.name, clause


def spoken(policy: Policy) -> str:
    """Return a policy's trigger in the words of its file."""
    kinds = " or ".join(kind.name.lower() for kind in policy.on.kinds)
    if isinstance(policy.on, Enters):
        return f"{kinds} enters {' or '.join(policy.on.zones)}"
    return f"{kinds} leaves any view within {policy.on.within_s:g} s"
