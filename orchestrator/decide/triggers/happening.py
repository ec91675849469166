"""What happens in a tick, found out once for every policy."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from orchestrator.decide.chart import Chart
from orchestrator.decide.facts import site_facts
from orchestrator.decide.steps import Tick
from orchestrator.domain.condition import Value
from orchestrator.domain.ids import TargetId, ViewId, ZoneId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Arrival, Crossing, Presence, Target


@dataclass(frozen=True, slots=True)
class Happening:
    """Who is where, expected where, and crossed what, by target, and what is true of the site.

    ``inside`` is who is in which zone since when, ``counts`` how many of each kind that are.
    """

    present: Mapping[TargetId, list[Presence]]
    inside: Mapping[ZoneId, list[tuple[Target, Presence]]]
    counts: Mapping[tuple[ZoneId, Kind], int]
    arriving: Mapping[TargetId, list[Arrival]]
    crossed: Mapping[TargetId, list[Crossing]]
    shared: Mapping[str, Value]

    @classmethod
    def of(cls, tick: Tick, chart: Chart) -> "Happening":
        """Return what happens in a tick, for every policy."""
        present, crossed = _presences(tick), _crossings(tick)
        inside = _inside(tick)
        counts = Counter(
            (zone, target.kind) for zone, people in inside.items() for target, _ in people
        )
        shared = site_facts(tick.site, tick.desk.flags)
        return cls(present, inside, counts, _arrivals(tick, chart), crossed, shared)

    def count(self, zone: ZoneId, kinds: Iterable[Kind]) -> int:
        """Return how many targets of some kinds are in a zone."""
        return sum(self.counts.get((zone, kind), 0) for kind in dict.fromkeys(kinds))


def _presences(tick: Tick) -> Mapping[TargetId, list[Presence]]:
    found: dict[TargetId, list[Presence]] = {}
    for presence in tick.world.presences:
        found.setdefault(presence.target, []).append(presence)
    return found


def _inside(tick: Tick) -> Mapping[ZoneId, list[tuple[Target, Presence]]]:
    """Return who is in which zone: targets are confirmed, so nobody is counted who may not exist."""
    targets = {target.id: target for target in tick.world.targets}
    found: dict[ZoneId, list[tuple[Target, Presence]]] = {}
    for presence in tick.world.presences:
        target = targets.get(presence.target)
        if target is not None:
            found.setdefault(presence.zone, []).append((target, presence))
    return found


def _crossings(tick: Tick) -> Mapping[TargetId, list[Crossing]]:
    found: dict[TargetId, list[Crossing]] = {}
    for crossing in tick.world.crossings:
        found.setdefault(crossing.target, []).append(crossing)
    return found


def _arrivals(tick: Tick, chart: Chart) -> Mapping[TargetId, list[Arrival]]:
    """Return what is expected of each target: views that do not show it yet first, then by chance."""
    already = _shown_already(tick, chart)
    order = sorted(
        tick.world.arrivals,
        key=lambda one: ((one.target, one.view) in already, -one.probability, one.view),
    )
    found: dict[TargetId, list[Arrival]] = {}
    for arrival in order:
        found.setdefault(arrival.target, []).append(arrival)
    return found


def _shown_already(tick: Tick, chart: Chart) -> set[tuple[TargetId, ViewId]]:
    """Return which PTZ views would show which targets where they are now."""
    targets = tick.world.targets if tick.world.arrivals else ()
    places = np.array([target.position_m for target in targets]).reshape(-1, 2)
    return {
        (targets[row].id, chart.views[view].id) for row, view in np.argwhere(chart.near(places))
    }
