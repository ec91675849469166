"""Presence with hysteresis: to be in, stand inside; to be out, be clearly outside.

A foot point trembles by some decimetres. Somebody who stands on the edge of a zone would enter
and leave it many times a minute, and policies would start and end as often; so leaving takes
``LEAVE_M`` of distance from the zone.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from orchestrator.domain.instant import Instant
from orchestrator.domain.site import Ring, Site
from orchestrator.domain.target import Presence, Target
from orchestrator.domain.world import World

LEAVE_M = 0.5


def with_presences(site: Site, world: World, now: Instant) -> World:
    """Return the world with who is in which zone since when, in the order of the zones."""
    if not world.targets:
        return replace(world, presences=())
    before = {(presence.zone, presence.target): presence for presence in world.presences}
    presences: list[Presence] = []
    for zone in site.zones:
        strict, wide = _areas(zone.ring_m)
        inside, near = _within(strict, world.targets), _within(wide, world.targets)
        for target, is_inside, is_near in zip(world.targets, inside, near, strict=True):
            known = before.get((zone.id, target.id))
            if known is not None and is_near:
                presences.append(known)
            elif is_inside:
                presences.append(Presence(target.id, zone.id, now.mono_s))
    return replace(world, presences=tuple(presences))


def _within(area: BaseGeometry, targets: Sequence[Target]) -> NDArray[np.bool_]:
    """Return (n,) which targets stand in an area."""
    places = np.array([target.position_m for target in targets]).reshape(-1, 2)
    return np.asarray(shapely.contains_xy(area, places[:, 0], places[:, 1]))


@lru_cache(maxsize=512)
def _areas(ring: Ring) -> tuple[BaseGeometry, BaseGeometry]:
    """Return a zone as it is drawn, and as wide as somebody who leaves it must go."""
    strict = shapely.make_valid(shapely.Polygon(ring))
    wide = strict.buffer(LEAVE_M)
    for area in (strict, wide):
        shapely.prepare(area)
    return strict, wide
