import pytest
from shapely.geometry import Point

from orchestrator.domain.camera import Aim
from orchestrator.domain.region import Ring
from orchestrator.geometry.fov import footprint, inside, sees
from tests.fakes.walkers import dome, fixed, rest_aim

HOUSE: Ring = ((-5.0, 15.0), (5.0, 15.0), (5.0, 20.0), (-5.0, 20.0))
FENCE: Ring = ((-50.0, 12.0), (50.0, 12.0))


def test_a_view_that_looks_down_is_a_trapezium_in_front_of_the_camera() -> None:
    camera = fixed("gate", 0, 0, 0.0, tilt_deg=-40.0)

    seen = footprint(camera, rest_aim(camera))

    assert seen.covers(Point(0, 6))
    assert not seen.covers(Point(0, -1))
    assert not seen.covers(Point(0, 0.5))
    assert seen.area == pytest.approx(seen.convex_hull.area)


def test_a_view_over_the_horizon_ends_at_its_range() -> None:
    camera = fixed("gate", 0, 0, 0.0, tilt_deg=0.0)

    seen = footprint(camera, rest_aim(camera), range_m=30.0)

    assert seen.bounds[3] == pytest.approx(30.0, abs=0.1)


def test_a_camera_that_looks_up_sees_no_floor() -> None:
    camera = fixed("gate", 0, 0, 0.0, tilt_deg=45.0)

    assert footprint(camera, rest_aim(camera)).is_empty


def test_a_camera_that_looks_straight_down_sees_what_is_below_it() -> None:
    camera = fixed("lobby", 10, 10, 0.0, tilt_deg=-90.0)

    assert footprint(camera, rest_aim(camera)).covers(Point(10, 10))


def test_a_wall_hides_itself_and_what_is_behind_it() -> None:
    camera = fixed("gate", 0, 0, 0.0, tilt_deg=-15.0)

    seen = footprint(camera, rest_aim(camera), walls=(HOUSE,))

    assert seen.covers(Point(0, 14.5))
    assert not seen.covers(Point(0, 17))
    assert not seen.covers(Point(3, 30))
    assert seen.covers(Point(12, 25))


def test_a_wall_without_thickness_hides_too() -> None:
    camera = fixed("gate", 0, 0, 0.0, tilt_deg=-15.0)

    seen = footprint(camera, rest_aim(camera), walls=(FENCE,))

    assert seen.covers(Point(0, 11.5))
    assert not seen.covers(Point(0, 13))
    assert not inside(camera, rest_aim(camera), (0, 13), (FENCE,))


@pytest.mark.parametrize("y", [20.0, 19.8, 19.5])
def test_a_camera_bolted_to_a_house_sees_away_from_it(y: float) -> None:
    camera = fixed("wall", 0, y, 0.0, tilt_deg=-30.0)

    seen = footprint(camera, rest_aim(camera), walls=(HOUSE,))

    assert seen.covers(Point(0, y + 8))
    assert inside(camera, rest_aim(camera), (0, y + 8), (HOUSE,))


def test_a_camera_on_a_house_does_not_see_through_it_backwards() -> None:
    camera = fixed("wall", 0, 20, 180.0, tilt_deg=-20.0)

    seen = footprint(camera, rest_aim(camera), walls=(HOUSE,))

    assert not seen.covers(Point(0, 10))


def test_a_camera_on_a_roof_looks_over_its_own_house() -> None:
    camera = fixed("roof", 0, 17.5, 0.0, tilt_deg=-15.0)

    assert footprint(camera, rest_aim(camera), walls=(HOUSE,)).covers(Point(0, 35))
    assert inside(camera, rest_aim(camera), (0, 35), (HOUSE,))


def test_inside_means_in_the_picture_and_not_hidden() -> None:
    camera = fixed("gate", 0, 0, 0.0, tilt_deg=-15.0)

    assert inside(camera, rest_aim(camera), (0, 14), (HOUSE,))
    assert not inside(camera, rest_aim(camera), (0, 22), (HOUSE,))
    assert not inside(camera, rest_aim(camera), (0, -5), ())
    assert not inside(camera, rest_aim(camera), (30, 10), ())


ZONE: Ring = ((10.0, 20.0), (14.0, 20.0), (14.0, 24.0), (10.0, 24.0))


def test_a_head_sees_a_zone_it_looks_at_and_not_one_behind_it() -> None:
    camera = dome("yard", 0, 0)

    assert sees(camera, Aim(28.0, -14.0, 30.0), ZONE)
    assert not sees(camera, Aim(208.0, -14.0, 30.0), ZONE)


def test_a_zone_is_seen_by_the_heads_of_those_who_stand_in_it() -> None:
    camera = dome("yard", 0, 0)
    over_the_floor = Aim(28.0, -4.0, 8.0)

    assert not sees(camera, over_the_floor, ZONE, heights_m=(0.0,))
    assert sees(camera, Aim(28.0, -7.5, 8.0), ZONE, heights_m=(0.0, 1.0, 2.0))


def test_a_narrow_view_that_passes_between_the_levels_is_noticed() -> None:
    camera = fixed("low", 0, 0, 0.0, height_m=1.0)
    small: Ring = ((-0.5, 20.0), (0.5, 20.0), (0.5, 20.5), (-0.5, 20.5))
    level = Aim(0.0, 0.0, 1.0)

    assert not sees(camera, level, small, heights_m=(0.0,), margin_deg=0.1)
    assert not sees(camera, level, small, heights_m=(2.0,), margin_deg=0.1)
    assert sees(camera, level, small, heights_m=(0.0, 2.0), margin_deg=0.1)


def test_the_margin_widens_the_view() -> None:
    camera = dome("yard", 0, 0)
    beside = Aim(28.0 + 26.0, -14.0, 30.0)

    assert not sees(camera, beside, ZONE, margin_deg=0.0)
    assert sees(camera, beside, ZONE, margin_deg=8.0)


def test_a_camera_inside_the_zone_sees_it() -> None:
    camera = fixed("rest", 12, 22, 0.0, height_m=1.5, tilt_deg=0.0)

    assert sees(camera, rest_aim(camera), ZONE)
