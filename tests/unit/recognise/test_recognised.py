"""Who has not moved is not asked about again, and it comes out as if everybody were."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.ids import LineId
from orchestrator.domain.site import Line
from orchestrator.domain.target import Target
from orchestrator.domain.world import World
from orchestrator.recognise import recognised
from tests.fakes.walkers import instant
from tests.unit.recognise.test_presence import DOCK, SITE, YARD, at

LINED = replace(SITE, lines=(Line(LineId("edge"), (0.0, 5.0), (18.0, 5.0)),))
PLACES = st.tuples(st.sampled_from((-1.0, -0.3, 4.0, 9.0, 30.0)), st.sampled_from((4.8, 5.2, 9.0)))
CROWDS = st.lists(
    st.dictionaries(st.sampled_from(("T1", "T2", "T3")), PLACES, max_size=3), max_size=12
)


def crowd(places: dict[str, tuple[float, float]]) -> tuple[Target, ...]:
    return tuple(at(*place, name) for name, place in places.items())


def _found(world: World) -> tuple[object, ...]:
    return world.presences, world.crossings, world.rests, world.trodden


@given(CROWDS)
def test_it_comes_out_as_if_everybody_had_moved(
    crowds: list[dict[str, tuple[float, float]]],
) -> None:
    world, afresh = World(), World()
    for tick, places in enumerate(crowds):
        targets, now = crowd(places), instant(0.2 * tick)
        world = recognised(LINED, replace(world, targets=targets), now)
        unsaid = replace(afresh, targets=targets, trodden=replace(afresh.trodden, zones=()))
        afresh = recognised(LINED, unsaid, now)
        assert _found(world) == _found(afresh)


@given(CROWDS)
def test_it_is_the_very_same_while_nobody_moves(
    crowds: list[dict[str, tuple[float, float]]],
) -> None:
    world = World()
    for tick, places in enumerate(crowds):
        world = recognised(LINED, replace(world, targets=crowd(places)), instant(0.2 * tick))
        again = recognised(LINED, world, instant(0.2 * tick))
        assert again.presences is world.presences
        assert again.crossings is world.crossings
        assert again.rests is world.rests
        assert again.trodden is world.trodden


def test_who_stands_still_is_in_another_zone_once_zones_lie_elsewhere() -> None:
    world = recognised(SITE, World(targets=(at(5, 5),)), instant(0.0))
    swapped = replace(
        SITE, zones=(replace(YARD, ring_m=DOCK.ring_m), replace(DOCK, ring_m=YARD.ring_m))
    )

    world = recognised(swapped, world, instant(1.0))

    assert [(one.zone, one.since_s) for one in world.presences] == [("dock", 1.0)]
