"""A line is crossed by who goes over it and away, once each time, and which way is known."""

from dataclasses import replace
from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.ids import LineId, TargetId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Line
from orchestrator.domain.target import CROSSED_S, Crossing, Target
from orchestrator.domain.world import World
from orchestrator.recognise import recognised
from orchestrator.recognise.crossing import CLEAR_M
from tests.fakes.walkers import instant, site_of

GATE = Line(LineId("gate-line"), (0.0, 0.0), (10.0, 0.0))
"""Drawn to the east: in is north of it."""
SITE = replace(site_of(), lines=(GATE,))


def at(x: float, y: float, name: str = "T1") -> Target:
    return Target(TargetId(name), Kind.PERSON, (x, y), (0.0, 0.0), 0.2, 0.9, 0.0, 0.0, ())


def walked(*places: tuple[float, float], tick_s: float = 1.0) -> list[Crossing]:
    """Return every crossing that was told while somebody went from place to place."""
    world, told = World(), list[Crossing]()
    for tick, place in enumerate(places):
        now = instant(tick_s * tick)
        world = recognised(SITE, replace(world, targets=(at(*place),)), now)
        told += [one for one in world.crossings if one.at_s == now.mono_s]
    return told


def test_who_goes_over_a_line_to_its_left_has_crossed_it_inwards() -> None:
    assert walked((5, -2), (5, 2)) == [Crossing(TargetId("T1"), GATE.id, inwards=True, at_s=1.0)]
    assert [one.inwards for one in walked((5, 2), (5, -2))] == [False]


def test_a_step_over_a_line_is_not_yet_a_crossing() -> None:
    assert walked((5, -2), (5, CLEAR_M * 0.9)) == []
    assert [one.at_s for one in walked((5, -2), (5, 0.2), (5, 0.4), (5, 0.6))] == [3.0]


def test_who_turns_round_on_the_line_has_not_crossed_it() -> None:
    assert walked((5, -2), (5, 0.3), (5, -2)) == []


def test_who_walks_round_the_end_of_a_line_has_not_crossed_it() -> None:
    assert walked((5, -2), (11, -2), (11, 2), (5, 2)) == []


def test_who_walks_along_the_line_and_round_its_end_has_not_crossed_it() -> None:
    assert walked((9, -0.3), (10.3, -0.3), (10.3, 0.3), (9, 0.3), (9, 2)) == []


def test_who_was_not_seen_meanwhile_has_not_been_seen_to_cross() -> None:
    world = recognised(SITE, World(targets=(at(5, -2),)), instant(0.0))
    world = recognised(SITE, replace(world, targets=()), instant(1.0))
    world = recognised(SITE, replace(world, targets=(at(5, 2),)), instant(2.0))

    assert world.crossings == ()
    assert world.trodden.places_m == {"T1": (5, 2)}


def test_a_crossing_is_told_of_for_a_while_and_then_forgotten() -> None:
    world = recognised(SITE, World(targets=(at(5, -2),)), instant(0.0))
    for now_s, told in ((1.0, 1), (1.0 + CROSSED_S * 0.9, 1), (1.0 + CROSSED_S, 0)):
        world = recognised(SITE, replace(world, targets=(at(5, 2),)), instant(now_s))
        assert len(world.crossings) == told


def test_who_comes_back_over_the_line_has_last_crossed_it_the_other_way() -> None:
    world = recognised(SITE, World(targets=(at(5, -2),)), instant(0.0))
    for now_s, y in ((1.0, 2), (2.0, -2)):
        world = recognised(SITE, replace(world, targets=(at(5, y),)), instant(now_s))

    assert world.crossings == (Crossing(TargetId("T1"), GATE.id, inwards=False, at_s=2.0),)


def test_two_who_cross_at_once_are_told_apart() -> None:
    world = recognised(SITE, World(targets=(at(3, -2), at(6, 2, "T2"))), instant(0.0))
    world = recognised(SITE, replace(world, targets=(at(3, 2), at(6, -2, "T2"))), instant(1.0))

    assert [(one.target, one.inwards) for one in world.crossings] == [("T1", True), ("T2", False)]


def test_on_a_site_without_lines_nobody_crosses_any() -> None:
    world = recognised(site_of(), World(targets=(at(5, -2),)), instant(0.0))
    world = recognised(site_of(), replace(world, targets=(at(5, 2),)), instant(1.0))

    assert world.crossings == ()


TREMBLING = st.lists(st.tuples(st.floats(1, 9), st.floats(-0.49, 0.49)), max_size=20)


@given(TREMBLING)
def test_trembling_on_the_line_crosses_nothing(places: list[tuple[float, float]]) -> None:
    assert walked((5, -2), *places, (5, -2)) == []


@given(TREMBLING)
def test_however_somebody_trembles_on_the_line_they_cross_it_once(
    places: list[tuple[float, float]],
) -> None:
    assert [one.inwards for one in walked((5, -2), *places, (5, 2))] == [True]


@given(st.lists(st.tuples(st.floats(0.5, 9.5), st.floats(-3, 3)), min_size=2, max_size=30))
def test_a_line_crossed_back_and_forth_is_crossed_in_alternating_directions(
    places: list[tuple[float, float]],
) -> None:
    ways = [one.inwards for one in walked((5, -4), *places)]

    assert ways == [index % 2 == 0 for index in range(len(ways))]


@given(st.lists(st.tuples(st.floats(-3, 13), st.floats(-3, 3)), min_size=1, max_size=15))
def test_crossings_in_less_crossings_out_are_the_way_a_curve_winds_through_the_line(
    places: list[tuple[float, float]],
) -> None:
    clear = [(x, y) for x, y in places if _away_m(x, y) > CLEAR_M]
    told = walked(*clear)

    assert sum(1 if one.inwards else -1 for one in told) == sum(
        _through(before, after) for before, after in pairwise(clear)
    )


def _away_m(x: float, y: float) -> float:
    return hypot(max(0.0 - x, 0.0, x - 10.0), y)


def _through(before: tuple[float, float], after: tuple[float, float]) -> int:
    """Return whether a straight way passes the gate, by where it meets the x axis."""
    (x, y), (to_x, to_y) = before, after
    if (y > 0) == (to_y > 0):
        return 0
    meets_x = x + (to_x - x) * y / (y - to_y)
    if not 0.0 <= meets_x <= 10.0:
        return 0
    return 1 if to_y > 0 else -1


@pytest.mark.parametrize(
    ("line", "into"), [((5.0, 0.0, 5.0, 9.0), (3, 4)), ((5.0, 9.0, 5.0, 0.0), (7, 4))]
)
def test_in_is_to_the_left_of_who_looks_along_the_line(
    line: tuple[float, float, float, float], into: tuple[float, float]
) -> None:
    x, y, to_x, to_y = line
    site = replace(site_of(), lines=(Line(LineId("l"), (x, y), (to_x, to_y)),))
    world = recognised(site, World(targets=(at(10 - into[0], into[1]),)), instant(0.0))
    world = recognised(site, replace(world, targets=(at(*into),)), instant(1.0))

    assert [one.inwards for one in world.crossings] == [True]
