import math
import time
from dataclasses import replace

import pytest
import shapely

from orchestrator.domain.camera import PtzPose
from orchestrator.domain.region import Ring
from orchestrator.topology import built, edges, essential_passages, graph_of
from tests.fakes.walkers import dome, fixed, passport, site_of

WEST = fixed("west", 5, 2, 0.0)
EAST = fixed("east", 14, 2, 0.0)
FAR = fixed("far", 50, 2, 0.0, hfov_deg=30.0)
YARD = dome("yard", 30, 38, azimuth_deg=180.0)
POSES = passport(YARD, gate=PtzPose(0.2, 0.4, 0.2), dock=PtzPose(-0.3, 0.4, 0.2), lost=None)


def test_a_fixed_camera_has_one_view_and_a_head_one_per_preset_with_a_pose() -> None:
    topology = built(site_of(WEST, YARD), {YARD.id: POSES})

    assert [view.id for view in topology.views] == ["west", "yard/gate", "yard/dock"]
    assert [view.preset for view in topology.views] == [None, "gate", "dock"]


def test_a_head_that_was_not_interviewed_yet_has_no_view() -> None:
    assert [view.id for view in built(site_of(WEST, YARD), {}).views] == ["west"]


def test_footprints_stay_on_the_plan_and_out_of_the_walls() -> None:
    house: Ring = ((3.0, 14.0), (8.0, 14.0), (8.0, 18.0), (3.0, 18.0))
    [view] = built(site_of(WEST, walls=(house,)), {}).views

    assert shapely.box(-1e-9, -1e-9, 60 + 1e-9, 40 + 1e-9).covers(view.footprint)
    assert view.footprint.intersection(shapely.Polygon(house)).area == pytest.approx(0.0)
    assert view.footprint.area > 50


def test_views_of_two_cameras_that_share_floor_overlap_by_what_they_share() -> None:
    topology = built(site_of(WEST, EAST), {})
    west, east = topology.views

    [overlap] = topology.overlaps

    assert {overlap.a, overlap.b} == {"west", "east"}
    assert overlap.shared_m2 == pytest.approx(west.footprint.intersection(east.footprint).area)
    assert topology.passages == ()


def test_presets_of_one_head_do_not_overlap_each_other() -> None:
    poses = passport(YARD, one=PtzPose(0.2, 0.4, 0.2), two=PtzPose(0.22, 0.4, 0.2))

    topology = built(site_of(YARD), {YARD.id: poses})

    assert (topology.overlaps, topology.passages) == ((), ())


def test_a_passage_is_as_long_as_the_straight_way_where_nothing_is_between() -> None:
    right = fixed("right", 40, 2, 0.0, hfov_deg=30.0)
    topology = built(site_of(WEST, right, size_m=(60.0, 12.0)), {})
    a, b = topology.views

    [passage] = topology.passages

    assert passage.length_m == pytest.approx(a.footprint.distance(b.footprint))


def test_a_passage_goes_round_a_wall() -> None:
    wall: Ring = ((18.0, 3.0), (18.5, 3.0), (18.5, 17.0), (18.0, 17.0))
    left = fixed("left", 17, 10, 270.0, hfov_deg=30.0)
    right = fixed("right", 19, 10, 90.0, hfov_deg=30.0)
    plain = site_of(left, right, size_m=(60.0, 20.0))

    [straight] = built(plain, {}).passages
    [around] = built(replace(plain, walls=(wall,)), {}).passages

    assert straight.length_m + 0.5 < around.length_m < 2 * straight.length_m


def test_there_is_no_passage_through_a_closed_wall_or_over_a_long_way() -> None:
    wall: Ring = ((22.0, -1.0), (22.5, -1.0), (22.5, 15.0), (22.0, 15.0))
    left = fixed("left", 8, 2, 0.0, hfov_deg=30.0)
    right = fixed("right", 36, 2, 0.0, hfov_deg=30.0)

    assert built(site_of(left, right, walls=(wall,), size_m=(60.0, 14.0)), {}).passages == ()
    assert built(site_of(left, FAR, size_m=(60.0, 12.0)), {}).passages == ()


def test_the_graph_says_what_the_topology_says() -> None:
    topology = built(site_of(WEST, EAST, FAR, YARD), {YARD.id: POSES})

    graph = graph_of(topology)

    assert set(graph.nodes) == {view.id for view in topology.views}
    assert graph.nodes["yard/gate"]["preset"] == "gate"
    assert graph.edges["west", "east", "overlap"]["shared_m2"] == topology.overlaps[0].shared_m2
    kinds = [attributes["kind"] for _, _, attributes in graph.edges(data=True)]
    assert kinds.count("overlap") == len(topology.overlaps)
    assert kinds.count("passage") == len(topology.passages)


@pytest.mark.slow
def test_a_depot_of_six_cameras_and_eighteen_views_takes_less_than_two_seconds() -> None:
    walls: tuple[Ring, ...] = tuple(
        ((x, 15.0), (x + 6, 15.0), (x + 6, 20.0), (x, 20.0)) for x in (5.0, 20.0, 35.0)
    )
    heads = [dome(f"head{index}", 10 + 20 * index, 38, 180.0) for index in range(3)]
    gates = [fixed(f"gate{index}", 10 + 20 * index, 2, 0.0) for index in range(3)]
    passports = {
        head.id: passport(head, **{f"p{k}": PtzPose(-0.5 + 0.25 * k, 0.3, 0.2) for k in range(5)})
        for head in heads
    }
    begin = time.process_time()

    topology = built(site_of(*heads, *gates, walls=walls), passports)

    assert len(topology.views) == 18
    assert topology.passages
    assert all(math.isfinite(passage.length_m) for passage in topology.passages)
    assert time.process_time() - begin < 2.0


def test_the_graph_tells_overlaps_and_passages_apart() -> None:
    topology = built(site_of(WEST, EAST, FAR), {})

    graph = graph_of(topology)

    assert {(one, other) for one, other, _ in edges(graph, "overlap")} == {("west", "east")}
    assert [length for *_, length in edges(graph, "passage")] == [
        passage.length_m for passage in topology.passages
    ]


def test_between_two_cameras_only_the_shortest_passage_is_essential() -> None:
    poses = passport(YARD, near=PtzPose(-0.3, 0.4, 0.2), nearer=PtzPose(-0.1, 0.6, 0.2))
    topology = built(site_of(WEST, EAST, YARD), {YARD.id: poses})
    graph = graph_of(topology)

    essential = essential_passages(graph)

    cameras = graph.nodes(data="camera")
    pairs = [frozenset((cameras[one], cameras[other])) for one, other, _ in essential]
    assert len(pairs) == len(set(pairs))
    assert frozenset(("west", "east")) not in pairs, "they overlap"
    for one, other, length_m in essential:
        pair = {cameras[one], cameras[other]}
        rivals = [m for a, b, m in edges(graph, "passage") if {cameras[a], cameras[b]} == pair]
        assert length_m == min(rivals)
