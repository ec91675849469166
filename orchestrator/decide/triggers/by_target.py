"""Triggers whose cause is somebody: who enters a zone, who leaves a view."""

from collections.abc import Iterator, Sequence

from orchestrator.decide.facts import Facts, arrival_facts, target_facts, zone_facts
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers.happening import Happening
from orchestrator.decide.triggers.match import Match, word
from orchestrator.domain.cause import ByTarget
from orchestrator.domain.intent import Clause
from orchestrator.domain.policy import Enters, Leaves, Policy
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Arrival, Target


def entered(on: Enters, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for everybody in one of the zones: of the first zone, in the site's order."""
    for target in _of_kinds(on.kinds, tick):
        presences = happening.present.get(target.id, ())
        presence = next((one for one in presences if one.zone in on.zones), None)
        if presence is None:
            continue
        since = zone_facts(presence.zone, presence.since_s, tick.now_s)
        said = (
            f"target {target.id}, {tick.clock(presence.since_s)}, "
            f"confidence {target.confidence:.2f}"
        )
        clause = Clause(f"{word(target.kind)} enters {presence.zone}", said, True)
        facts = {**_facts(target, tick, happening), **since}
        yield (Match(ByTarget(target.id), facts, clause, target, presence.zone),)


def leaving(
    policy: Policy, on: Leaves, tick: Tick, happening: Happening
) -> Iterator[Sequence[Match]]:
    """Yield, for whoever is about to leave a view, a match for every view that comes next."""
    for target in _of_kinds(on.kinds, tick):
        arrivals = happening.arriving.get(target.id)
        if arrivals is None:
            continue
        facts, cause = _facts(target, tick, happening), ByTarget(target.id)
        matches = tuple(
            Match(
                cause,
                {**facts, **arrival_facts(arrival, tick.now_s)},
                clause,
                target,
                None,
                arrival,
            )
            for arrival, clause in _soon(policy, on, target, arrivals, tick)
        )
        if matches:
            yield matches


def _soon(
    policy: Policy, on: Leaves, target: Target, arrivals: Sequence[Arrival], tick: Tick
) -> Iterator[tuple[Arrival, Clause]]:
    """Yield every view the target is about to reach in time, the most probable first."""
    found = False
    for arrival in arrivals:
        leaves_in_s = arrival.leaves_s - tick.now_s
        if leaves_in_s <= on.within_s:
            found = True
            said = (
                f"target {target.id} leaves {arrival.leaves} in {max(0.0, leaves_in_s):.1f} s, "
                f"{arrival.probability:.0%} to {arrival.view}"
            )
            text = f"{word(target.kind)} leaves any view within {on.within_s:g} s"
            yield arrival, Clause(text, said, True)
        elif not found:
            late = f"leaves {arrival.leaves} in {leaves_in_s:.0f} s, later than {on.within_s:g} s"
            tick.note_idle(policy, f"{target.id} is expected in {arrival.view} and {late}")


def _of_kinds(kinds: Sequence[Kind], tick: Tick) -> Iterator[Target]:
    """Yield every target of some kinds."""
    return (target for target in tick.world.targets if target.kind in kinds)


def _facts(target: Target, tick: Tick, happening: Happening) -> Facts:
    """Return what may be asked of a target, whatever the trigger."""
    zones = [presence.zone for presence in happening.present.get(target.id, ())]
    return {**happening.shared, **target_facts(target, zones, tick.now_s)}
