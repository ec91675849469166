"""No head may see a point of a private zone, at rest or on the way."""

from simulators.score.evidence import Evidence
from simulators.score.privacy import points_of, violations
from simulators.score.sight import Obstacle, Zone
from tests.fakes.runs import EAST, NORTH, Story, layout, rest, turn

NORTH_EAST = Zone("rest", ((6.5, 6.5), (8.0, 6.5), (8.0, 8.0), (6.5, 8.0)))
HIGH_WALL = Obstacle(((3.0, 6.0), (6.0, 3.0), (6.3, 3.3), (3.3, 6.3)), 9.0)


def turning() -> Evidence:
    """Return a head that sweeps from east to north, over the zone in the north-east."""
    return Story(1, "a").evidence([rest("p", 0.0, EAST), *turn("p", 4.0, 5.0, EAST, NORTH)])


def test_a_sweep_over_a_private_zone_is_one_violation() -> None:
    truth = turning().truth

    found = violations(truth, layout(private=(NORTH_EAST,)))

    assert found is not None
    assert [(one.camera, one.zone, one.start_s, one.end_s) for one in found] == [
        ("p", "rest", 4.0, 5.0)
    ]


def test_a_zone_out_of_every_view_is_safe() -> None:
    behind = Zone("rest", ((-8.0, -8.0), (-6.0, -8.0), (-6.0, -6.0), (-8.0, -6.0)))

    assert violations(turning().truth, layout(private=(behind,))) == ()


def test_a_wall_in_front_of_the_zone_protects_it() -> None:
    assert violations(turning().truth, layout((HIGH_WALL,), (NORTH_EAST,))) == ()


def test_the_air_over_the_floor_belongs_to_the_zone() -> None:
    high = (45.0, 0.0, 60.0)
    above_floor = Zone("rest", NORTH_EAST.ring_m, height_m=0.0)
    truth = Story(1, "a").evidence([rest("p", 0.0, high)]).truth

    assert violations(truth, layout(private=(above_floor,))) == ()
    assert violations(truth, layout(private=(NORTH_EAST,))) != ()


def test_a_sliver_of_the_zone_at_the_edge_of_the_view_is_seen() -> None:
    sliver = Zone("rest", ((0.0, 12.0), (0.05, 12.0), (0.05, 12.05), (0.0, 12.05)))
    truth = Story(1, "a").evidence([rest("p", 0.0, NORTH)]).truth

    assert violations(truth, layout(private=(sliver,))) != ()


def test_without_recorded_heads_there_is_no_figure() -> None:
    assert violations(Story(1, "a").evidence().truth, layout(private=(NORTH_EAST,))) is None


def test_the_corners_of_a_zone_are_among_its_points() -> None:
    corners = {tuple(point) for point in points_of(NORTH_EAST).round(6).tolist()}

    assert {(6.5, 6.5, 0.0), (8.0, 8.0, 2.0)} <= corners
