"""Triggers whose cause is somebody: who enters a zone or stays, crosses a line, leaves a view.

Whoever triggers a policy does so in ways, the first of which counts: a zone it is in, a line it has
crossed, a view it is expected in. A way is cheap to find; a match is made of it once a condition
holds, or somebody asks.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from orchestrator.decide.facts import AskedOfTarget, Facts, Way
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers.happening import Happening
from orchestrator.decide.triggers.match import Match, word
from orchestrator.domain.cause import ByTarget
from orchestrator.domain.ids import TargetId
from orchestrator.domain.policy import Crosses, Enters, Leaves, Stays, Towards
from orchestrator.domain.target import Arrival, Crossing, Presence, Target

OfTarget = Enters | Stays | Crosses | Leaves


def ways(on: OfTarget, target: Target, tick: Tick, happening: Happening) -> Sequence[Way]:
    """Return in which ways a target of the right kind triggers a policy now.

    The tick is told when there may be another just because time has passed.
    """
    match on:
        case Enters():
            return _entered(on, happening.present.get(target.id, ()))
        case Stays():
            return _stayed(on, happening.present.get(target.id, ()), tick)
        case Crosses():
            crossed = [one for one in happening.crossed.get(target.id, ()) if _wanted(on, one)]
            return [max(crossed, key=lambda one: one.at_s)] if crossed else ()
        case Leaves():
            return _soon(on, target, tick, happening)


def _entered(on: Enters, presences: Sequence[Presence]) -> Sequence[Presence]:
    """Return the first of the zones, in the site's order."""
    for one in presences:
        if one.zone in on.zones:
            return (one,)
    return ()


def _stayed(on: Stays, presences: Sequence[Presence], tick: Tick) -> Sequence[Presence]:
    """Return the first of the zones that the target has been in long enough."""
    for one in presences:
        if one.zone in on.zones:
            if tick.now_s - one.since_s >= on.for_s:
                return (one,)
            tick.wake(one.target, one.since_s + on.for_s)
    return ()


def _wanted(on: Crosses, one: Crossing) -> bool:
    """Say whether a crossing is of one of the lines, and the way that is asked for."""
    towards = (Towards.BOTH, Towards.IN if one.inwards else Towards.OUT)
    return one.line in on.lines and on.towards in towards


def _soon(on: Leaves, target: Target, tick: Tick, happening: Happening) -> Sequence[Arrival]:
    """Return every view the target is about to reach in time, the most probable first."""
    if target.id not in happening.arriving:
        return ()
    found = []
    for arrival in happening.in_order(target):
        if arrival.leaves_s - tick.now_s <= on.within_s:
            found.append(arrival)
        else:
            tick.wake(target.id, arrival.leaves_s - on.within_s)
    return found


def asked(on: OfTarget, target: Target, way: Way, happening: Happening) -> Facts:
    """Return everything a condition may ask of a target in one of its ways."""
    return AskedOfTarget(happening, target, way, on.kinds)


def matched(on: OfTarget, target: Target, way: Way, tick: Tick, facts: Facts) -> Match:
    """Return the match of a target in one of its ways."""

    def words() -> tuple[str, str]:
        return _words(on, target, way, tick)

    zone = way.zone if isinstance(way, Presence) else None
    arrival = way if isinstance(way, Arrival) else None
    return Match(ByTarget(target.id), facts, words, target, zone, arrival)


def by_target(on: OfTarget, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match in each of its ways for everybody who triggers a policy."""
    for target in _candidates(on, tick, happening):
        found = ways(on, target, tick, happening)
        if found:
            yield [
                matched(on, target, way, tick, asked(on, target, way, happening)) for way in found
            ]


def _candidates(on: OfTarget, tick: Tick, happening: Happening) -> Iterator[Target]:
    """Yield who may trigger a policy, each once."""
    match on:
        case Enters(zones=zones) | Stays(zones=zones):
            found: set[TargetId] = set()
            for target in chain.from_iterable(map(happening.inside, zones)):
                if target.kind in on.kinds and target.id not in found:
                    found.add(target.id)
                    yield target
        case Crosses():
            for target in tick.world.targets:
                if target.kind in on.kinds and target.id in happening.crossed:
                    yield target
        case Leaves():
            yield from _leaving(on, tick, happening)


def _leaving(on: Leaves, tick: Tick, happening: Happening) -> Iterator[Target]:
    for target in tick.world.targets:
        if target.kind in on.kinds and target.id in happening.arriving:
            yield target


def _words(on: OfTarget, target: Target, way: Way, tick: Tick) -> tuple[str, str]:
    """Return a trigger in words, and what was found."""
    who, name = word(target.kind), f"target {target.id}"
    if isinstance(way, Presence):
        does = f"enters {way.zone}"
        if isinstance(on, Stays):
            does = f"stays {way.zone} for {on.for_s:g} s"
        found = f"{name}, {tick.clock(way.since_s)}, confidence {target.confidence:.2f}"
    elif isinstance(way, Crossing):
        assert isinstance(on, Crosses)
        does = f"crosses {way.line} {on.towards.value}"
        found = f"{name}, {tick.clock(way.at_s)}, {'in' if way.inwards else 'out'}"
    else:
        assert isinstance(on, Leaves)
        does = f"leaves any view within {on.within_s:g} s"
        in_s = max(0.0, way.leaves_s - tick.now_s)
        found = f"{name} leaves {way.leaves} in {in_s:.1f} s, {way.probability:.0%} to {way.view}"
    return f"{who} {does}", found


def later(on: Leaves, tick: Tick, happening: Happening) -> Iterator[str]:
    """Yield, for whoever leaves a view later than is asked for, when that will be."""
    for target in _leaving(on, tick, happening):
        for arrival in happening.in_order(target):
            leaves_in_s = arrival.leaves_s - tick.now_s
            if leaves_in_s <= on.within_s:
                break
            yield (
                f"{target.id} is expected in {arrival.view} and leaves {arrival.leaves} "
                f"in {leaves_in_s:.0f} s, later than {on.within_s:g} s"
            )
