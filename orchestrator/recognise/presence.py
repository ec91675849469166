"""Presence with hysteresis: to be in, stand inside; to be out, be clearly outside.

A foot point trembles by some decimetres. Somebody who stands on the edge of a zone would enter
and leave it many times a minute, and policies would start and end as often; so leaving takes
``LEAVE_M`` of distance from the zone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    for row, column, inside in _near(Same(site.zones), moved):
        zone, target = site.zones[row].id, moved[column].id
        known = before.get((zone, target))
        if known is not None:
            yield known
        elif inside:
            yield Presence(target, zone, now.mono_s)


def _near(
    zones: Same[tuple[Zone, ...]], targets: Sequence[Target]
) -> Iterator[tuple[int, int, bool]]:
    """Yield each zone and target, by number, that has not left it yet, and whether it is inside."""
    areas = _areas(zones)
    places = np.array([target.position_m for target in targets])
    x_m, y_m = places[:, 0], places[:, 1]
    low_x, low_y, high_x, high_y = areas.boxes_m
    boxed = (x_m >= low_x) & (x_m <= high_x) & (y_m >= low_y) & (y_m <= high_y)
    rows, columns = np.nonzero(boxed)
    near = shapely.contains_xy(areas.wide[rows], x_m[columns], y_m[columns])
    rows, columns = rows[near], columns[near]
    inside = shapely.contains_xy(areas.strict[rows], x_m[columns], y_m[columns])
    yield from zip(rows.tolist(), columns.tolist(), inside.tolist(), strict=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    """The zones as they are drawn, as wide as somebody who leaves must go, and boxes round those.

    Both are (zones,); ``boxes_m`` is (4, zones, 1): least x and y, most x and y.
    """

    strict: NDArray[np.object_]
    wide: NDArray[np.object_]
    boxes_m: NDArray[np.float64]


@lru_cache(maxsize=8)
def _areas(zones: Same[tuple[Zone, ...]]) -> _Areas:
    rings = [shapely.make_valid(shapely.Polygon(zone.ring_m)) for zone in zones.value]
    strict: NDArray[np.object_] = np.array(rings, dtype=np.object_)
    wide: NDArray[np.object_] = shapely.buffer(strict, LEAVE_M)
    for areas in (strict, wide):
        shapely.prepare(areas)
    return _Areas(strict, wide, shapely.bounds(wide).T.reshape(4, -1, 1))
