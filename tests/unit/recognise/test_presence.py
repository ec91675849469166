from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.ids import TargetId, ZoneId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Zone
from orchestrator.domain.target import Presence, Target
from orchestrator.domain.world import World
from orchestrator.recognise import recognised
from orchestrator.recognise.presence import LEAVE_M
from tests.fakes.walkers import instant, site_of

YARD = Zone(ZoneId("yard"), ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)))
DOCK = Zone(ZoneId("dock"), ((8.0, 0.0), (18.0, 0.0), (18.0, 10.0), (8.0, 10.0)))
SITE = replace(site_of(), zones=(YARD, DOCK))


def at(x: float, y: float, name: str = "T1") -> Target:
    return Target(TargetId(name), Kind.PERSON, (x, y), (0.0, 0.0), 0.2, 0.9, 0.0, 0.0, ())


def step(world: World, now_s: float, *targets: Target) -> World:
    return recognised(SITE, replace(world, targets=targets), instant(now_s))


def test_whoever_stands_in_a_zone_is_present_since_then() -> None:
    world = step(World(), 3.0, at(5, 5), at(30, 30, "T2"))

    assert world.presences == (Presence(TargetId("T1"), YARD.id, 3.0),)
    assert step(world, 4.0, at(6, 6)).presences == world.presences


def test_one_can_be_in_two_zones_that_overlap() -> None:
    world = step(World(), 3.0, at(9, 5))

    assert [presence.zone for presence in world.presences] == ["yard", "dock"]


def test_a_step_over_the_edge_is_not_yet_leaving() -> None:
    world = step(World(), 3.0, at(5, 0.1))

    assert step(world, 4.0, at(5, -LEAVE_M * 0.9)).presences == world.presences
    assert step(world, 4.0, at(5, -LEAVE_M * 1.1)).presences == ()


def test_standing_just_outside_is_not_entering() -> None:
    assert step(World(), 3.0, at(5, -0.1)).presences == ()


def test_coming_back_starts_anew() -> None:
    world = step(step(World(), 3.0, at(5, 5)), 4.0, at(5, -3))

    assert step(world, 5.0, at(5, 5)).presences == (Presence(TargetId("T1"), YARD.id, 5.0),)


def test_a_target_that_is_gone_is_in_no_zone() -> None:
    assert step(step(World(), 3.0, at(5, 5)), 4.0).presences == ()


@given(st.lists(st.floats(-LEAVE_M * 0.9, 1.0), min_size=1, max_size=20))
def test_trembling_on_the_edge_never_makes_anybody_leave(depths: list[float]) -> None:
    world = step(World(), 0.0, at(5, 1))
    for tick, depth in enumerate(depths):
        world = step(world, 0.1 * tick, at(5, depth))
        assert [presence.since_s for presence in world.presences] == [0.0]
