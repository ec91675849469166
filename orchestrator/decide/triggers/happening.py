"""What happens in a tick, found out once for every policy, and only as far as somebody asks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np

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
from orchestrator.domain.condition import Value
from orchestrator.domain.ids import TargetId, ZoneId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Arrival, Crossing, Presence, Target

Way = Presence | Crossing | Arrival
"""One way in which somebody triggers policies: a zone, a line, a view to come."""


class Happening:
    """Who is where, expected where, and crossed what, by target, and what is true of the site.

    ``who`` narrows what is found by target to some; what is found by zone is always of everybody.
    """

    def __init__(self, tick: Tick, chart: Chart, who: Collection[TargetId] | None = None) -> None:
        """Note whom it is about; nothing is looked for before it is asked."""
        self._tick = tick
        self._chart = chart
        self._who = who
        self._facts: dict[TargetId, Facts] = {}
        self._ways: dict[int, Facts] = {}
        self._totals: dict[tuple[ZoneId, Sequence[Kind]], int] = {}
        self._orders: dict[TargetId, list[Arrival]] = {}

    @cached_property
    def shared(self) -> Mapping[str, Value]:
        """Return what is true of the site."""
        return site_facts(self._tick.site, self._tick.desk.flags)

    @cached_property
    def present(self) -> Mapping[TargetId, list[Presence]]:
        """Return which zones each target is in."""
        return _by_target(self._tick.world.presences, self._who)

    @cached_property
    def crossed(self) -> Mapping[TargetId, list[Crossing]]:
        """Return which lines each target has crossed lately."""
        return _by_target(self._tick.world.crossings, self._who)

    @cached_property
    def arriving(self) -> Mapping[TargetId, list[Arrival]]:
        """Return in which views each target is expected."""
        return _by_target(self._tick.world.arrivals, self._who)

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

    def in_order(self, target: Target) -> list[Arrival]:
        """Return what is expected of a target: views that do not show it yet first, then by chance."""
        arrivals = self.arriving[target.id]
        if len(arrivals) == 1:
            return arrivals
        known = self._orders.get(target.id)
        if known is None:
            shown = self._chart.near(np.array([target.position_m]))[0]
            already = {self._chart.views[int(view)].id for view in np.flatnonzero(shown)}
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


class _OfTarget(Protocol):
    """Something that is about a target."""

    @property
    def target(self) -> TargetId:
        """Return whom it is about."""
        ...


_Known = TypeVar("_Known", bound=_OfTarget)


def _by_target(
    known: Iterable[_Known], who: Collection[TargetId] | None
) -> dict[TargetId, list[_Known]]:
    found: dict[TargetId, list[_Known]] = {}
    for one in known:
        if who is None or one.target in who:
            found.setdefault(one.target, []).append(one)
    return found
