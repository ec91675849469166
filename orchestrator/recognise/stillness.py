"""Since when somebody has not moved from a place, whatever their foot points tremble."""

from collections.abc import Mapping
from math import dist

from orchestrator.domain.ids import TargetId
from orchestrator.domain.instant import Instant
from orchestrator.domain.target import Rest
from orchestrator.domain.world import World

STILL_M = 1.0
"""Who stays within this distance of a place has not moved from it."""


def rests_of(world: World, now: Instant) -> Mapping[TargetId, Rest]:
    """Return where each target has been near, and since when; the very same if nobody has moved."""
    before, anew = world.rests, False
    rests: dict[TargetId, Rest] = {}
    for target in world.targets:
        known = before.get(target.id)
        if known is None or dist(known.place_m, target.position_m) > STILL_M:
            known, anew = Rest(target.position_m, now.mono_s), True
        rests[target.id] = known
    return rests if anew or len(rests) != len(before) else before
