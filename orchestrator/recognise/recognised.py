"""Everything that is recognised of targets on the floor, step by step."""

from orchestrator.domain.instant import Instant
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.recognise.crossing import with_crossings
from orchestrator.recognise.presence import with_presences
from orchestrator.recognise.stillness import with_rests


def recognised(site: Site, world: World, now: Instant) -> World:
    """Return the world with who is in which zone, crosses which line, and stands still."""
    world = with_presences(site, world, now)
    world = with_crossings(site, world, now)
    return with_rests(world, now)
