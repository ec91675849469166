"""Presence with hysteresis: to be in, stand inside; to be out, be clearly outside.

A foot point trembles by some decimetres. Somebody who stands on the edge of a zone would enter
and leave it many times a minute, and policies would start and end as often; so leaving takes
``LEAVE_M`` of distance from the zone.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from orchestrator.domain.instant import Instant
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site, Zone
from orchestrator.domain.target import Presence, Target
from orchestrator.domain.world import World

LEAVE_M = 0.5

Mask = NDArray[np.bool_]
Areas = NDArray[np.object_]


def presences_of(
    site: Site, world: World, moved: Sequence[Target], now: Instant
) -> tuple[Presence, ...]:
    """Return who is in which zone since when, in the order of the zones, then of the targets.

    Who is not among ``moved`` is where they were.
    """
    row = {zone.id: number for number, zone in enumerate(site.zones)}
    column = {target.id: number for number, target in enumerate(world.targets)}
    going = {target.id for target in moved}
    found = [one for one in world.presences if one.target in column and one.target not in going]
    if moved:
        found += _moved(site, world, moved, now)
    return tuple(sorted(found, key=lambda one: (row[one.zone], column[one.target])))


def _moved(site: Site, world: World, moved: Sequence[Target], now: Instant) -> Iterator[Presence]:
    """Yield in which zones those are who have moved."""
    before = {(presence.zone, presence.target): presence for presence in world.presences}
    inside, near = _where(Same(site.zones), moved)
    for row, column in zip(*np.nonzero(inside | near), strict=True):
        zone, target = site.zones[row].id, moved[column].id
        known = before.get((zone, target))
        if known is not None and near[row, column]:
            yield known
        elif inside[row, column]:
            yield Presence(target, zone, now.mono_s)


def _where(zones: Same[tuple[Zone, ...]], targets: Sequence[Target]) -> tuple[Mask, Mask]:
    """Return two (zones, targets): who stands in a zone, and who has not left it yet."""
    strict, wide = _areas(zones)
    places = np.array([target.position_m for target in targets])
    x_m, y_m = places[:, 0], places[:, 1]
    return shapely.contains_xy(strict, x_m, y_m), shapely.contains_xy(wide, x_m, y_m)


@lru_cache(maxsize=8)
def _areas(zones: Same[tuple[Zone, ...]]) -> tuple[Areas, Areas]:
    """Return (zones, 1) as they are drawn, and as wide as somebody who leaves must go."""
    rings = [shapely.make_valid(shapely.Polygon(zone.ring_m)) for zone in zones.value]
    strict: Areas = np.array(rings, dtype=np.object_).reshape(-1, 1)
    wide: Areas = shapely.buffer(strict, LEAVE_M).reshape(-1, 1)
    for areas in (strict, wide):
        shapely.prepare(areas)
    return strict, wide
