"""What happens in a tick, found out once for every policy, and only as far as somebody asks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from orchestrator.decide.chart import Chart
from orchestrator.decide.facts import Facts, site_facts
from orchestrator.decide.steps import Tick
from orchestrator.decide.told import by_target, members_of
from orchestrator.domain.desk import Calm
from orchestrator.domain.ids import TargetId, ZoneId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Arrival, Target


class Happening:
    """Who is where, expected where, and crossed what, by target, and what is true of the site.

    ``known`` is what somebody found out of this before; without it everything is found out here.
    """

    def __init__(self, tick: Tick, chart: Chart, known: Calm | None = None) -> None:
        """Index what the world tells of targets, unless somebody has."""
        world = tick.world
        self._tick = tick
        self._chart = chart
        self._known = known
        self.now_s = tick.now_s
        self.rests = world.rests
        self.present = known.present.by_target if known else by_target(world.presences)
        self.crossed = known.crossed.by_target if known else by_target(world.crossings)
        self.arriving = known.arriving.by_target if known else by_target(world.arrivals)
        self._counted: dict[tuple[ZoneId, Sequence[Kind]], list[TargetId]] = {}
        self._orders: dict[TargetId, Sequence[Arrival]] = {}

    @cached_property
    def shared(self) -> Facts:
        """Return what is true of the site."""
        return site_facts(self._tick.site, self._tick.desk.flags)

    @cached_property
    def _members(self) -> Mapping[ZoneId, Collection[TargetId]]:
        """Return who is in each zone, in no order."""
        known = None if self._known is None else self._known.members
        return members_of(self._tick.world.presences) if known is None else known

    def inside(self, zone: ZoneId) -> Iterator[Target]:
        """Yield who is in a zone: targets are confirmed, so nobody counts who may not exist."""
        targets = self._tick.targets
        for one in self._tick.world.presences:
            if one.zone == zone and one.target in targets:
                yield targets[one.target]

    def counting(self, zone: ZoneId, kinds: Sequence[Kind]) -> list[TargetId]:
        """Return the targets of some kinds that are in a zone, in no order."""
        known = self._counted.get((zone, kinds))
        if known is None:
            targets = self._tick.targets
            known = self._counted[zone, kinds] = [
                name
                for name in self._members.get(zone, ())
                if name in targets and targets[name].kind in kinds
            ]
        return known

    def count(self, zone: ZoneId, kinds: Sequence[Kind]) -> int:
        """Return how many targets of some kinds are in a zone."""
        return len(self.counting(zone, kinds))

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
