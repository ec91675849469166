"""What happens in a tick, found out once for every policy."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orchestrator.decide.chart import Chart
from orchestrator.decide.facts import site_facts
from orchestrator.decide.steps import Tick
from orchestrator.domain.condition import Value
from orchestrator.domain.ids import TargetId, ViewId
from orchestrator.domain.target import Arrival, Presence


@dataclass(frozen=True, slots=True)
class Happening:
    """Who is where and expected where, by target, and what is true of the site as a whole."""

    present: Mapping[TargetId, list[Presence]]
    arriving: Mapping[TargetId, list[Arrival]]
    shared: Mapping[str, Value]

    @classmethod
    def of(cls, tick: Tick, chart: Chart) -> "Happening":
        """Return what happens in a tick, for every policy."""
        return cls(_presences(tick), _arrivals(tick, chart), site_facts(tick.site))


def _presences(tick: Tick) -> Mapping[TargetId, list[Presence]]:
    found: dict[TargetId, list[Presence]] = {}
    for presence in tick.world.presences:
        found.setdefault(presence.target, []).append(presence)
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
