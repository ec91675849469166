"""Everything that is recognised of targets on the floor: only of who has moved is it asked anew.

Most targets of most ticks are where they were. What is the same stays the very same object, so that
whoever decides by it sees at once that there is nothing new.
"""

from collections.abc import Mapping
from dataclasses import replace

from orchestrator.domain.ids import TargetId
from orchestrator.domain.instant import Instant
from orchestrator.domain.site import Site
from orchestrator.domain.target import Target, Trodden
from orchestrator.domain.world import World
from orchestrator.recognise.crossing import crossings_of
from orchestrator.recognise.presence import presences_of
from orchestrator.recognise.stillness import rests_of

_Places = Mapping[TargetId, tuple[float, float]]


def recognised(site: Site, world: World, now: Instant) -> World:
    """Return the world with who is in which zone, crosses which line, and stands still.

    Asked again of the same world, it returns the same: what lasts a while aside, only moving changes it.
    """
    before = world.trodden
    if not world.targets:
        return _forgotten(world) if before.places_m else world
    places = {target.id: target.position_m for target in world.targets}
    moved = _moved(site, world)
    stand = not moved and list(places) == list(before.places_m)
    if stand and not before.passing and not world.crossings:
        return world
    crossings, passing = crossings_of(site, world, moved, now)
    same = stand and passing == before.passing
    return replace(
        world,
        presences=world.presences if stand else presences_of(site, world, moved, now),
        crossings=crossings,
        trodden=before if same else Trodden(places, passing, site.zones),
        rests=rests_of(world, now),
    )


def _moved(site: Site, world: World) -> list[Target]:
    """Return who is not where they were, of the zones as they were."""
    if world.trodden.zones is not site.zones:
        return list(world.targets)
    get = world.trodden.places_m.get
    return [target for target in world.targets if get(target.id) != target.position_m]


def _forgotten(world: World) -> World:
    return replace(world, presences=(), crossings=(), trodden=Trodden(), rests={})
