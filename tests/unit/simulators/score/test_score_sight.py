"""Frustums and walls: what a lens shows."""

import math

import numpy as np
import pytest

from simulators.score.sight import Obstacle, Zone, in_frustum, in_sight, off_deg, shows
from tests.fakes.runs import EAST, NORTH, layout

WALL = Obstacle(((-5.0, 4.0), (5.0, 4.0), (5.0, 5.0), (-5.0, 5.0)), 4.5)
LOW_WALL = Obstacle(WALL.ring_m, 1.0)


def seen(aim: tuple[float, float, float], x_m: float, y_m: float, *walls: Obstacle) -> bool:
    return bool(shows(layout(walls), "p", aim, np.array([[x_m, y_m]]))[0])


def test_the_view_north_shows_north_and_the_view_east_shows_east() -> None:
    assert seen(NORTH, 0, 10)
    assert not seen(NORTH, 10, 0)
    assert seen(EAST, 10, 0)
    assert not seen(EAST, -10, 0)


def test_a_high_wall_hides_and_a_low_one_does_not() -> None:
    assert not seen(NORTH, 0, 10, WALL)
    assert seen(NORTH, 0, 10, LOW_WALL)


def test_a_person_too_far_to_be_24_px_tall_is_not_shown() -> None:
    level = (0.0, -5.0, 60.0)

    assert seen(level, 0, 35)
    assert not seen(level, 0, 45)


@pytest.mark.parametrize(("turn_deg", "inside"), [(29.9, True), (30.1, False)])
def test_the_picture_ends_at_half_the_field_of_view(turn_deg: float, inside: bool) -> None:
    station = layout().stations["p"]
    point = np.array(
        [[10 * math.sin(math.radians(turn_deg)), 10 * math.cos(math.radians(turn_deg)), 5.0]]
    )

    assert in_frustum(station, (0.0, 0.0, 60.0), point)[0] == inside


def test_points_beside_the_wall_are_in_sight() -> None:
    station = layout().stations["p"]

    clear = in_sight(station, np.array([[0.0, 10, 0], [20.0, 10, 0]]), [WALL])

    assert clear.tolist() == [False, True]


def test_aims_differ_across_north() -> None:
    assert off_deg((350.0, 0.0, 50.0), (10.0, -30.0, 50.0)) == 30.0


def test_a_zone_has_a_height() -> None:
    assert Zone("rest", ((0, 0), (1, 0), (1, 1))).height_m == 2.0
