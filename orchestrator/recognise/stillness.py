"""Since when somebody has not moved from a place, whatever their foot points tremble."""

from dataclasses import replace
from math import dist

from orchestrator.domain.ids import TargetId
from orchestrator.domain.instant import Instant
from orchestrator.domain.target import Rest
from orchestrator.domain.world import World

STILL_M = 1.0
"""Who stays within this distance of a place has not moved from it."""


def with_rests(world: World, now: Instant) -> World:
    """Return the world with where each target has been near, and since when."""
    rests: dict[TargetId, Rest] = {}
    for target in world.targets:
        known = world.rests.get(target.id)
        stays = known is not None and dist(known.place_m, target.position_m) <= STILL_M
        if known is None or not stays:
            known = Rest(target.position_m, now.mono_s)
        rests[target.id] = known
    return replace(world, rests=rests)
