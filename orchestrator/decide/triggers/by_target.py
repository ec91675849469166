"""Triggers whose cause is somebody: who enters a zone or stays, crosses a line, leaves a view."""

from collections.abc import Iterator, Sequence
from functools import partial

from orchestrator.decide.facts import arrival_facts, line_facts, zone_facts
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers.happening import Happening
from orchestrator.decide.triggers.match import Match, word
from orchestrator.domain.cause import ByTarget
from orchestrator.domain.policy import Crosses, Enters, Leaves, Stays, Towards
from orchestrator.domain.target import Arrival, Crossing, Presence, Target


def entered(on: Enters, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for everybody in one of the zones: of the first zone, in the site's order."""
    for target in happening.awake_in(on.zones, on.kinds):
        presences = happening.present[target.id]
        presence = next(one for one in presences if one.zone in on.zones)
        yield (_in_zone(target, presence, on, tick, happening),)


def staying(on: Stays, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for everybody who has been in one of the zones long enough."""
    for target in happening.awake_in(on.zones, on.kinds):
        presences = [one for one in happening.present[target.id] if one.zone in on.zones]
        long = [one for one in presences if tick.now_s - one.since_s >= on.for_s]
        if long:
            yield (_in_zone(target, long[0], on, tick, happening),)
        else:
            tick.wake(target.id, min(one.since_s for one in presences) + on.for_s)


def _in_zone(
    target: Target, presence: Presence, on: Enters | Stays, tick: Tick, happening: Happening
) -> Match:
    """Return the match of a target in a zone."""
    zone = presence.zone
    count = happening.count(zone, on.kinds)
    facts = {
        **happening.facts(target),
        **zone_facts(zone, presence.since_s, count, tick.now_s),
    }

    def words() -> tuple[str, str]:
        does = f"enters {zone}" if isinstance(on, Enters) else f"stays {zone} for {on.for_s:g} s"
        since, sure = tick.clock(presence.since_s), f"confidence {target.confidence:.2f}"
        return f"{word(target.kind)} {does}", f"target {target.id}, {since}, {sure}"

    return Match(ByTarget(target.id), facts, words, target, zone)


def crossing(on: Crosses, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for everybody who crossed one of the lines lately, the latest crossing."""
    for target in happening.awake_crossing(on.kinds):
        crossed = [one for one in happening.crossed[target.id] if _wanted(on, one)]
        if not crossed:
            continue
        last = max(crossed, key=lambda one: one.at_s)
        facts = {**happening.facts(target), **line_facts(last, tick.now_s)}
        words = partial(_crossed, on, target, last, tick)
        yield (Match(ByTarget(target.id), facts, words, target),)


def _crossed(on: Crosses, target: Target, last: Crossing, tick: Tick) -> tuple[str, str]:
    """Return a crossing in words, and what was found."""
    way = "in" if last.inwards else "out"
    text = f"{word(target.kind)} crosses {last.line} {on.towards.value}"
    return text, f"target {target.id}, {tick.clock(last.at_s)}, {way}"


def _wanted(on: Crosses, one: Crossing) -> bool:
    """Say whether a crossing is of one of the lines, and the way that is asked for."""
    ways = (Towards.BOTH, Towards.IN if one.inwards else Towards.OUT)
    return one.line in on.lines and on.towards in ways


def leaving(on: Leaves, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield, for whoever is about to leave a view, a match for every view that comes next."""
    for target in happening.awake_leaving(on.kinds):
        facts, cause = happening.facts(target), ByTarget(target.id)
        matches = tuple(
            Match(
                cause,
                {**facts, **arrival_facts(arrival, tick.now_s)},
                partial(_leaves, on, target, arrival, tick),
                target,
                None,
                arrival,
            )
            for arrival in _soon(on, target, happening.in_order(target), tick)
        )
        if matches:
            yield matches


def _soon(on: Leaves, target: Target, arrivals: Sequence[Arrival], tick: Tick) -> Iterator[Arrival]:
    """Yield every view the target is about to reach in time, the most probable first."""
    for arrival in arrivals:
        if arrival.leaves_s - tick.now_s <= on.within_s:
            yield arrival
        else:
            tick.wake(target.id, arrival.leaves_s - on.within_s)


def _leaves(on: Leaves, target: Target, arrival: Arrival, tick: Tick) -> tuple[str, str]:
    """Return in words who leaves, and what was found."""
    in_s = max(0.0, arrival.leaves_s - tick.now_s)
    said = (
        f"target {target.id} leaves {arrival.leaves} in {in_s:.1f} s, "
        f"{arrival.probability:.0%} to {arrival.view}"
    )
    return f"{word(target.kind)} leaves any view within {on.within_s:g} s", said


def later(on: Leaves, tick: Tick, happening: Happening) -> Iterator[str]:
    """Yield, for whoever leaves a view later than is asked for, when that will be."""
    for target in happening.awake_leaving(on.kinds):
        for arrival in happening.in_order(target):
            leaves_in_s = arrival.leaves_s - tick.now_s
            if leaves_in_s <= on.within_s:
                break
            yield (
                f"{target.id} is expected in {arrival.view} and leaves {arrival.leaves} "
                f"in {leaves_in_s:.0f} s, later than {on.within_s:g} s"
            )
