"""What a privacy rule says of detecting and identifying holds from the first box on."""

import numpy as np
import pytest

from orchestrator.domain.policy import Act
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.track import tracked
from tests.fakes.private_site import with_bench
from tests.fakes.walkers import Walk, fixed, instant, picture, site_of

GATE = fixed("gate", 10, 5, 0.0)
RED = ((40.0, 40.0, 180.0), (40.0, 40.0, 40.0))
ON_THE_BENCH = Walk((7.5, 20.0), (0.0, 0.0), wears=RED)
BEHIND_ITS_EDGE = Walk((9.3, 20.0), (0.0, 0.0), wears=RED)
ELSEWHERE = Walk((13.0, 20.0), (0.0, 0.0), wears=RED)


def site(*never: Act) -> Site:
    return with_bench(site_of(GATE), *never)


def seen(site: Site, *walks: Walk) -> World:
    world = World()
    for tick in range(6):
        frame = picture(GATE, walks, 0.2 * tick)
        world = tracked(site, world, [frame], instant(0.2 * tick))
    return world


def test_nobody_is_detected_where_detecting_is_forbidden() -> None:
    world = seen(site(Act.DETECT), ON_THE_BENCH, ELSEWHERE)

    [target] = world.targets
    assert target.position_m == pytest.approx((13.0, 20.0), abs=0.5)
    assert [sighting.target for sighting in world.sightings] == [target.id]


def test_who_may_stand_in_the_zone_is_treated_as_standing_in_it() -> None:
    assert seen(site(Act.DETECT), BEHIND_ITS_EDGE).targets == ()


def test_nobody_is_described_where_identifying_is_forbidden() -> None:
    world = seen(site(Act.IDENTIFY), ON_THE_BENCH, ELSEWHERE)

    assert len(world.targets) == 2
    described = ~np.isnan(world.tracks.appearances[:, 0])
    places = world.tracks.means[:, 0]
    assert dict(zip(places.round().tolist(), described.tolist(), strict=True)) == {
        8.0: False,
        13.0: True,
    }


def test_a_rule_about_looking_alone_hides_no_box() -> None:
    assert len(seen(site(Act.LOOK), ON_THE_BENCH, ELSEWHERE).targets) == 2
