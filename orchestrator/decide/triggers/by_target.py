"""Triggers whose cause is somebody: who enters a zone or stays, crosses a line, leaves a view."""

from collections.abc import Iterator, Sequence

from orchestrator.decide.facts import Facts, arrival_facts, line_facts, target_facts, zone_facts
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers.happening import Happening
from orchestrator.decide.triggers.match import Match, word
from orchestrator.domain.cause import ByTarget
from orchestrator.domain.intent import Clause
from orchestrator.domain.policy import Crosses, Enters, Leaves, Policy, Stays, Towards
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Arrival, Crossing, Presence, Target


def entered(on: Enters, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for everybody in one of the zones: of the first zone, in the site's order."""
    for target in _of_kinds(on.kinds, tick):
        presences = happening.present.get(target.id, ())
        presence = next((one for one in presences if one.zone in on.zones), None)
        if presence is not None:
            yield (_in_zone(target, presence, on, tick, happening),)


def staying(on: Stays, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for everybody who has been in one of the zones long enough."""
    for target in _of_kinds(on.kinds, tick):
        for presence in happening.present.get(target.id, ()):
            if presence.zone in on.zones and tick.now_s - presence.since_s >= on.for_s:
                yield (_in_zone(target, presence, on, tick, happening),)
                break


def _in_zone(
    target: Target, presence: Presence, on: Enters | Stays, tick: Tick, happening: Happening
) -> Match:
    """Return the match of a target in a zone."""
    zone = presence.zone
    does = f"enters {zone}" if isinstance(on, Enters) else f"stays {zone} for {on.for_s:g} s"
    said = f"target {target.id}, {tick.clock(presence.since_s)}, confidence {target.confidence:.2f}"
    clause = Clause(f"{word(target.kind)} {does}", said, True)
    count = happening.count(zone, on.kinds)
    since = zone_facts(zone, presence.since_s, count, tick.now_s)
    facts = {**_facts(target, tick, happening), **since}
    return Match(ByTarget(target.id), facts, clause, target, zone)


def crossing(on: Crosses, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for everybody who crossed one of the lines lately, the latest crossing."""
    for target in _of_kinds(on.kinds, tick):
        crossed = [one for one in happening.crossed.get(target.id, ()) if _wanted(on, one)]
        if not crossed:
            continue
        last = max(crossed, key=lambda one: one.at_s)
        facts = {**_facts(target, tick, happening), **line_facts(last, tick.now_s)}
        text = f"{word(target.kind)} crosses {last.line} {on.towards.value}"
        way = "in" if last.inwards else "out"
        said = f"target {target.id}, {tick.clock(last.at_s)}, {way}"
        yield (Match(ByTarget(target.id), facts, Clause(text, said, True), target),)


def _wanted(on: Crosses, one: Crossing) -> bool:
    """Say whether a crossing is of one of the lines, and the way that is asked for."""
    ways = (Towards.BOTH, Towards.IN if one.inwards else Towards.OUT)
    return one.line in on.lines and on.towards in ways


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
    rest = tick.world.rests.get(target.id)
    return {**happening.shared, **target_facts(target, zones, rest, tick.now_s)}
