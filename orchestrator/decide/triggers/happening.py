"""What happens in a tick, found out once for every policy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Protocol, TypeVar

import numpy as np

from orchestrator.decide.chart import Chart
from orchestrator.decide.facts import Facts, site_facts, target_facts
from orchestrator.decide.steps import Tick
from orchestrator.domain.condition import Value
from orchestrator.domain.ids import TargetId, ZoneId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Arrival, Crossing, Presence, Target


class Happening:
    """Who is where, expected where, and crossed what, by target, and what is true of the site.

    ``inside`` is who is in which zone since when. Only
    who is ``awake`` is asked about by triggers whose cause is a target: at first everybody is.
    """

    def __init__(self, tick: Tick, chart: Chart) -> None:
        """Find out what happens in a tick, for every policy."""
        self.present: Mapping[TargetId, list[Presence]] = _by_target(tick.world.presences)
        self.crossed: Mapping[TargetId, list[Crossing]] = _by_target(tick.world.crossings)
        self.arriving: Mapping[TargetId, list[Arrival]] = _by_target(tick.world.arrivals)
        self.inside = _inside(tick)
        self.shared: Mapping[str, Value] = site_facts(tick.site, tick.desk.flags)
        self._tick = tick
        self._chart = chart
        self._facts: dict[TargetId, Facts] = {}
        self._totals: dict[tuple[ZoneId, Sequence[Kind]], int] = {}
        self._orders: dict[TargetId, list[Arrival]] = {}
        self.wake(tick.world.targets)

    def only(self, awake: Sequence[Target]) -> "Happening":
        """Return the same, with only some awake; in the order in which targets are known."""
        other = copy(self)
        other.wake(awake)
        return other

    def wake(self, awake: Sequence[Target]) -> None:
        """Have these asked about, and nobody else."""
        names = {target.id for target in awake}
        self._awake_in = {
            zone: [target for target, _ in people if target.id in names]
            for zone, people in self.inside.items()
        }
        self._leaving = [target for target in awake if target.id in self.arriving]
        self._crossing = [target for target in awake if target.id in self.crossed]

    def awake_in(self, zones: Iterable[ZoneId], kinds: Sequence[Kind]) -> Iterable[Target]:
        """Return who of some kinds is awake and in one of some zones, each once."""
        found = {
            target.id: target
            for zone in zones
            for target in self._awake_in.get(zone, ())
            if target.kind in kinds
        }
        return found.values()

    def awake_leaving(self, kinds: Sequence[Kind]) -> Iterator[Target]:
        """Yield who of some kinds is awake and expected in another view."""
        return (target for target in self._leaving if target.kind in kinds)

    def awake_crossing(self, kinds: Sequence[Kind]) -> Iterator[Target]:
        """Yield who of some kinds is awake and has crossed a line lately."""
        return (target for target in self._crossing if target.kind in kinds)

    def count(self, zone: ZoneId, kinds: Sequence[Kind]) -> int:
        """Return how many targets of some kinds are in a zone."""
        known = self._totals.get((zone, kinds))
        if known is None:
            known = sum(target.kind in kinds for target, _ in self.inside.get(zone, ()))
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

    def in_order(self, target: Target) -> list[Arrival]:
        """Return what is expected of a target: views that do not show it yet first, then by chance."""
        known = self._orders.get(target.id)
        if known is None:
            shown = self._chart.near(np.array([target.position_m]))[0]
            already = {self._chart.views[int(view)].id for view in np.flatnonzero(shown)}
            known = sorted(
                self.arriving[target.id],
                key=lambda one: (one.view in already, -one.probability, one.view),
            )
            self._orders[target.id] = known
        return known


class _OfTarget(Protocol):
    """Something that is about a target."""

    @property
    def target(self) -> TargetId:
        """Return whom it is about."""
        ...


_Known = TypeVar("_Known", bound=_OfTarget)


def _by_target(known: Iterable[_Known]) -> dict[TargetId, list[_Known]]:
    found: dict[TargetId, list[_Known]] = {}
    for one in known:
        found.setdefault(one.target, []).append(one)
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
