"""Cameras that nobody surveyed: people have names in their pictures, and keep them across gaps."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from orchestrator.domain.camera import Camera
from orchestrator.domain.learned import LearnedMap, Walk
from orchestrator.domain.policy import Act
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.handoff import handed_off
from orchestrator.topology import built
from orchestrator.track import tracked
from tests.fakes.private_site import with_bench
from tests.fakes.walkers import Walk as Stroll
from tests.fakes.walkers import fixed, instant, picture, site_of

RED = ((20.0, 20.0, 200.0), (30.0, 30.0, 30.0))
BLUE = ((200.0, 40.0, 20.0), (180.0, 180.0, 180.0))
WEST = replace(fixed("west", 10.0, 2.0, 0.0), surveyed=False)
EAST = replace(fixed("east", 50.0, 2.0, 0.0), surveyed=False)
GATE = fixed("gate", 50.0, 2.0, 0.0)
STAND = Stroll((10.0, 12.0), (0.0, 0.0))


def seen(
    site: Site, walks: Sequence[Stroll], until_s: float, *, fps: float = 5.0
) -> Iterator[World]:
    """Yield the world after every tick; where nobody surveyed, no frame says where it looked."""
    world = World()
    for tick in range(round(until_s * fps)):
        at_s = tick / fps
        frames = [picture(camera, walks, at_s) for camera in site.cameras]
        frames = [
            frame if camera.surveyed else replace(frame, aim=None)
            for frame, camera in zip(frames, site.cameras, strict=True)
        ]
        world = tracked(site, world, frames, instant(at_s))
        yield world


def names(worlds: Sequence[World], camera: Camera) -> list[str]:
    found = {
        one.target
        for world in worlds
        for one in world.sightings
        if one.camera == camera.id and one.target is not None
    }
    return sorted(found)


def passage(a: Camera, b: Camera, median_s: float, *, declared: bool = True) -> LearnedMap:
    walk = Walk(a.id, b.id, median_s, 0.8 * median_s, 1.2 * median_s, 20, None, declared=declared)
    return LearnedMap(passages=(walk,))


def across(pace_mps: float, wears: tuple[tuple[float, float, float], ...] | None = None) -> Stroll:
    """Return somebody who walks out of the western picture, and later into the eastern one."""
    worn = None if wears is None else (wears[0], wears[1])
    return Stroll((12.0, 12.0), (pace_mps, 0.0), wears=worn)


def test_people_in_a_picture_have_a_name_and_no_place() -> None:
    *_, world = seen(site_of(WEST), [STAND], 2.0)
    [one], [sighting] = world.pictured, world.sightings
    assert (one.camera, one.id, world.targets) == ("west", "T1", ())
    assert (sighting.target, sighting.ground_m) == ("T1", None)
    assert all(0.0 <= side <= 1.0 for side in one.box)


def test_names_are_never_given_twice_on_the_floor_and_in_pictures() -> None:
    *_, world = seen(site_of(WEST, GATE), [STAND, Stroll((50.0, 12.0), (0.0, 0.0))], 2.0)
    assert {one.id for one in world.pictured} | {one.id for one in world.targets} == {"T1", "T2"}


@pytest.mark.parametrize("there", [EAST, GATE])
def test_who_walks_a_declared_passage_alone_keeps_their_name(there: Camera) -> None:
    site = replace(site_of(WEST, there), map=passage(WEST, there, 11.0))
    worlds = list(seen(site, [across(2.0)], 20.0))
    assert names(worlds, WEST) == names(worlds[-5:], there) == ["T1"]


def test_nobody_is_joined_by_a_learned_passage_alone_and_candidates_are_told() -> None:
    gone = replace(
        passage(WEST, EAST, 11.0).passages[0], declared=False, last=instant(0.0).wall.date()
    )
    site = replace(site_of(WEST, EAST), map=LearnedMap(passages=(gone,)))
    worlds = list(seen(site, [across(2.0)], 20.0))
    assert (names(worlds, WEST), names(worlds, EAST)) == (["T1"], ["T2"])
    [doubt] = {one for world in worlds for one in world.doubts if one.may_be}
    assert doubt.target == "T2"
    assert [who for who, _ in doubt.may_be] == ["T1"]


def test_clothes_tell_who_came_through_a_passage() -> None:
    gone = replace(
        passage(WEST, GATE, 11.0).passages[0], declared=False, last=instant(0.0).wall.date()
    )
    site = replace(site_of(WEST, GATE), map=LearnedMap(passages=(gone,)))
    first = across(2.0, RED)
    stays = replace(STAND, start=(8.0, 13.0), wears=BLUE)
    worlds = list(seen(site, [first, stays], 20.0))
    [came] = worlds[-1].targets
    assert came.id in set(names(worlds[:20], WEST)) - set(names(worlds[-5:], WEST))


def test_who_has_gone_into_a_passage_is_expected_where_it_leads() -> None:
    site = replace(site_of(WEST, GATE), map=passage(WEST, GATE, 11.0))
    site = replace(site, topology=built(site, {}))
    arrived = [
        handed_off(site, world, instant(world_s := 0.2 * tick)).arrivals
        for tick, world in enumerate(seen(site, [across(2.0)], 12.0))
    ]
    assert world_s > 11.0
    [last] = arrived[-1]
    assert (last.target, last.leaves, last.view) == ("T1", "west", "gate")
    assert last.earliest_s < 17.0 < last.latest_s + 4.0
    assert last.probability > 0.5


@pytest.mark.parametrize(("act", "shown"), [(Act.DETECT, 0), (Act.IDENTIFY, 1), (Act.LOOK, 1)])
def test_a_zone_closed_anywhere_closes_a_picture_of_which_nobody_knows_what_it_shows(
    act: Act, shown: int
) -> None:
    site = with_bench(site_of(WEST), act)
    *_, world = seen(site, [replace(STAND, wears=RED)], 2.0)
    assert len(world.pictured) == len(world.sightings) == shown
    known = [tracks.appearances for tracks in world.pictures.tracks.values() if len(tracks)]
    assert all(np.isnan(one).all() == (act is Act.IDENTIFY) for one in known)
