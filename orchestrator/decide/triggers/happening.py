"""What happens in a tick, found out once for every policy, and only as far as somebody asks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from orchestrator.decide.chart import Chart
from orchestrator.decide.facts import (
    Facts,
    arrival_facts,
    line_facts,
    site_facts,
    target_facts,
    zone_facts,
)
from orchestrator.decide.steps import Tick
from orchestrator.decide.told import told
from orchestrator.domain.condition import Value
from orchestrator.domain.desk import Calm, Told
from orchestrator.domain.ids import TargetId, ZoneId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Arrival, Crossing, Presence, Target

Way = Presence | Crossing | Arrival
"""One way in which somebody triggers policies: a zone, a line, a view to come."""


class Happening:
    """Who is where, expected where, and crossed what, by target, and what is true of the site.

    ``known`` is what somebody found out of this before; without it everything is found out here.
    """

    def __init__(self, tick: Tick, chart: Chart, known: Calm | None = None) -> None:
        """Index what the world tells of targets, unless somebody has."""
        world = tick.world
        self._tick = tick
        self._chart = chart
        self.present = (known.present if known else _all(world.presences)).by_target
        self.crossed = (known.crossed if known else _all(world.crossings)).by_target
        self.arriving = (known.arriving if known else _all(world.arrivals)).by_target
        self._facts: dict[TargetId, Facts] = {}
        self._ways: dict[int, Facts] = {}
        self._totals: dict[tuple[ZoneId, Sequence[Kind]], int] = {}
        self._orders: dict[TargetId, Sequence[Arrival]] = {}

    @cached_property
    def shared(self) -> Mapping[str, Value]:
        """Return what is true of the site."""
        return site_facts(self._tick.site, self._tick.desk.flags)

    @cached_property
    def _by_zone(self) -> Mapping[ZoneId, list[Presence]]:
        found: defaultdict[ZoneId, list[Presence]] = defaultdict(list)
        for presence in self._tick.world.presences:
            found[presence.zone].append(presence)
        return found

    def inside(self, zone: ZoneId) -> list[tuple[Target, Presence]]:
        """Return who is in a zone: targets are confirmed, so nobody counts who may not exist."""
        targets = self._tick.targets
        return [
            (targets[one.target], one)
            for one in self._by_zone.get(zone, ())
            if one.target in targets
        ]

    def count(self, zone: ZoneId, kinds: Sequence[Kind]) -> int:
        """Return how many targets of some kinds are in a zone."""
        known = self._totals.get((zone, kinds))
        if known is None:
            known = sum(target.kind in kinds for target, _ in self.inside(zone))
            self._totals[zone, kinds] = known
        return known

    def facts(self, target: Target) -> Facts:
        """Return what may be asked of a target, whatever the trigger."""
        known = self._facts.get(target.id)
        if known is None:
            zones = [presence.zone for presence in self.present.get(target.id, ())]
            rest = self._tick.world.rests.get(target.id)
            known = {**self.shared, **target_facts(target, zones, rest, self._tick.now_s)}
            self._facts[target.id] = known
        return known

    def facts_of(self, target: Target, way: Way) -> Facts:
        """Return the same, and what one way to trigger policies adds; it does not count."""
        known = self._ways.get(id(way))
        if known is None:
            known = self._ways[id(way)] = {**self.facts(target), **_besides(way, self._tick.now_s)}
        return known

    def in_order(self, target: Target) -> Sequence[Arrival]:
        """Return what is expected of a target: views that do not show it yet first, then by chance."""
        arrivals = self.arriving[target.id]
        if len(arrivals) == 1:
            return arrivals
        known = self._orders.get(target.id)
        if known is None:
            already = self._chart.showing(target.position_m)
            known = sorted(
                arrivals, key=lambda one: (one.view in already, -one.probability, one.view)
            )
            self._orders[target.id] = known
        return known


def _besides(way: Way, now_s: float) -> Mapping[str, Value]:
    match way:
        case Presence():
            return zone_facts(way.zone, way.since_s, now_s)
        case Crossing():
            return line_facts(way, now_s)
        case Arrival():
            return arrival_facts(way, now_s)


_One = TypeVar("_One", Presence, Crossing, Arrival)


def _all(now: Sequence[_One]) -> Told[_One]:
    nothing: Told[_One] = Told()
    return told(nothing, now)[0]
