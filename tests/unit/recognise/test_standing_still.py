"""Who stays near a place has not moved from it, however their foot points tremble."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.ids import TargetId
from orchestrator.domain.world import World
from orchestrator.recognise import recognised
from orchestrator.recognise.stillness import STILL_M
from tests.fakes.walkers import instant, site_of
from tests.unit.recognise.test_presence import at

T1 = TargetId("T1")


def test_who_walks_is_not_still() -> None:
    world = World()
    for second in range(5):
        world = recognised(
            site_of(), replace(world, targets=(at(1.4 * second, 0),)), instant(second)
        )

    assert world.rests[T1].since_s == 4.0


def test_who_is_gone_is_forgotten() -> None:
    world = recognised(site_of(), World(targets=(at(0, 0),)), instant(0.0))

    assert recognised(site_of(), replace(world, targets=()), instant(1.0)).rests == {}


@given(st.lists(st.tuples(st.floats(-0.7, 0.7), st.floats(-0.7, 0.7)), max_size=20))
def test_trembling_is_standing_still(places: list[tuple[float, float]]) -> None:
    world = recognised(site_of(), World(targets=(at(0, 0),)), instant(0.0))
    for tick, place in enumerate(places):
        world = recognised(site_of(), replace(world, targets=(at(*place),)), instant(0.1 * tick))

    assert world.rests[T1].since_s == 0.0


def test_who_creeps_away_has_moved_once_they_are_far_enough() -> None:
    world = recognised(site_of(), World(targets=(at(0, 0),)), instant(0.0))
    for step in range(1, 30):
        world = recognised(site_of(), replace(world, targets=(at(0.1 * step, 0),)), instant(step))

    assert world.rests[T1].since_s > STILL_M / 0.1
