from dataclasses import replace

import numpy as np
import pytest

from orchestrator.domain.camera import Aim
from orchestrator.domain.region import Ring
from orchestrator.domain.sighting import Kind
from orchestrator.domain.world import World
from orchestrator.track import tracked
from tests.fakes.walkers import (
    SIZE_PX,
    Walk,
    fixed,
    instant,
    picture,
    rest_aim,
    site_of,
    watched,
)

EAST_GATE = fixed("east", 10, 5, 0.0)
NORTH_GATE = fixed("north", 10, 40, 180.0)
ACROSS = Walk((4.0, 20.0), (1.2, 0.0))


def test_a_target_is_told_of_after_three_boxes_and_not_before() -> None:
    worlds = list(watched(site_of(EAST_GATE), [ACROSS], until_s=2.0))

    told = [len(world.targets) for world in worlds]

    assert told[:2] == [0, 0]
    assert set(told[2:]) == {1}


def test_three_boxes_that_take_longer_than_a_second_make_no_target() -> None:
    walk = Walk((8.0, 20.0), (0.0, 0.0))

    *_, world = watched(site_of(EAST_GATE), [walk], until_s=8.0, fps=1.5)

    assert world.targets == ()


def test_a_target_is_where_the_walker_is_and_moves_as_he_does() -> None:
    *_, world = watched(site_of(EAST_GATE), [ACROSS], until_s=4.0, noise=0.02)

    [target] = world.targets
    assert target.position_m == pytest.approx(ACROSS.at(4.0), abs=0.3)
    assert target.velocity_mps == pytest.approx(ACROSS.velocity, abs=0.3)
    assert target.kind is Kind.PERSON
    assert target.sigma_m < 0.3
    assert target.confidence > 0.9
    assert target.first_seen_s < 0.5
    assert target.last_seen_s == pytest.approx(4.0)
    assert [camera for camera, _ in target.seen_by] == ["east"]


def test_two_cameras_that_see_one_person_make_one_target() -> None:
    worlds = list(
        watched(site_of(EAST_GATE, NORTH_GATE), [ACROSS], until_s=5.0, noise=0.03, phase_s=0.07)
    )

    assert {target.id for world in worlds for target in world.targets} == {"T1"}
    assert len(worlds[-1].targets[0].seen_by) == 2


def test_every_box_of_a_tick_gets_a_sighting_with_its_target() -> None:
    site = site_of(EAST_GATE, NORTH_GATE)

    *_, world = watched(site, [ACROSS, Walk((12.0, 26.0), (0.0, 0.0))], until_s=2.0)

    assert {(seen.camera, seen.target) for seen in world.sightings} == {
        (camera, target) for camera in ("east", "north") for target in ("T1", "T2")
    }
    assert all(seen.ground_m is not None and seen.covariance_m2 for seen in world.sightings)


def test_boxes_of_a_camera_whose_aim_is_unknown_are_reported_and_not_placed() -> None:
    site = site_of(EAST_GATE)
    blind = replace(picture(EAST_GATE, [ACROSS], 0.0), aim=None)

    world = tracked(site, World(), [blind], instant(0.1))

    [seen] = world.sightings
    assert (seen.ground_m, seen.covariance_m2, seen.target) == (None, None, None)
    assert len(world.tracks) == 0


def test_two_people_who_cross_keep_their_names() -> None:
    walks = [Walk((4.0, 20.0), (1.2, 0.15)), Walk((16.0, 21.2), (-1.2, -0.05))]

    worlds = list(watched(site_of(EAST_GATE, NORTH_GATE), walks, until_s=9.0, noise=0.03))

    assert {target.id for world in worlds for target in world.targets} == {"T1", "T2"}
    by_name = {target.id: target for target in worlds[-1].targets}
    early = {target.id: target for target in worlds[4].targets}
    for name, target in early.items():
        assert np.sign(target.velocity_mps[0]) == np.sign(by_name[name].velocity_mps[0])


def test_a_person_and_a_vehicle_at_one_place_are_two_targets() -> None:
    walks = [Walk((8.0, 20.0), (0.3, 0.0)), Walk((8.3, 19.0), (0.3, 0.0), Kind.VEHICLE)]

    *_, world = watched(site_of(EAST_GATE), walks, until_s=3.0)

    assert sorted(target.kind.value for target in world.targets) == [0, 1]


def test_a_target_nobody_sees_coasts_and_then_dies() -> None:
    site = site_of(EAST_GATE)
    *_, world = watched(site, [ACROSS], until_s=3.0)
    sigma_m, place = world.targets[0].sigma_m, world.targets[0].position_m
    nothing = picture(EAST_GATE, [], 5.0)

    for at_s in (4.0, 5.0):
        world = tracked(site, world, [replace(nothing, exposed_s=at_s)], instant(at_s))
    [coasting] = world.targets
    gone = tracked(site, world, [replace(nothing, exposed_s=6.2)], instant(6.2))

    assert coasting.position_m[0] == pytest.approx(place[0] + 1.2 * 2.0, abs=0.5)
    assert coasting.sigma_m > sigma_m
    assert coasting.confidence < 0.9
    assert gone.targets == ()


def test_a_target_out_of_every_view_is_kept_for_longer() -> None:
    site = site_of(EAST_GATE)
    *_, world = watched(site, [ACROSS], until_s=3.0)

    unwatched = tracked(site, world, [], instant(8.0))

    assert len(unwatched.targets) == 1
    assert tracked(site, unwatched, [], instant(9.2)).targets == ()


def test_somebody_who_comes_out_of_a_blind_gap_keeps_the_name() -> None:
    left = fixed("left", 5, 5, 0.0, hfov_deg=40.0, tilt_deg=-18.0)
    right = fixed("right", 21, 5, 0.0, hfov_deg=40.0, tilt_deg=-18.0)
    walk = Walk((1.0, 20.0), (1.4, 0.0))

    worlds = list(watched(site_of(left, right), [walk], until_s=14.0, noise=0.03))

    assert worlds[-1].targets
    assert {target.id for world in worlds for target in world.targets} == {"T1"}
    assert worlds[-1].targets[0].seen_by[-1][0] == "right"


def test_a_name_is_never_used_again() -> None:
    site = site_of(EAST_GATE)
    *_, world = watched(site, [ACROSS], until_s=3.0)
    world = tracked(site, world, [], instant(20.0))
    assert world.targets == ()

    for tick in range(5):
        at_s = 21.0 + 0.2 * tick
        seen = picture(EAST_GATE, [Walk((8.0, 20.0), (0, 0))], at_s)
        world = tracked(site, world, [seen], instant(at_s))

    assert [target.id for target in world.targets] == ["T2"]


def test_a_false_box_now_and_then_makes_no_target() -> None:
    rng = np.random.default_rng(5)
    site, world = site_of(EAST_GATE), World()
    for tick in range(200):
        ghosts = [Walk((rng.uniform(5, 15), rng.uniform(12, 30)), (0, 0))] * (rng.random() < 0.25)
        seen = picture(EAST_GATE, ghosts, tick / 5)
        world = tracked(site, world, [seen], instant(tick / 5))
        assert world.targets == ()


def test_boxes_in_walls_and_off_the_plan_are_not_tracked() -> None:
    house: Ring = ((6.0, 18.0), (14.0, 18.0), (14.0, 24.0), (6.0, 24.0))
    site = site_of(EAST_GATE, walls=(house,), size_m=(60.0, 26.0))
    walks = [Walk((10.0, 21.0), (0, 0)), Walk((10.0, 31.0), (0, 0))]

    for world in watched(site, walks, until_s=2.0):
        assert len(world.tracks) == 0
        assert all(seen.ground_m is not None for seen in world.sightings)


def test_frames_that_come_late_or_out_of_order_are_welcome() -> None:
    site = site_of(EAST_GATE, NORTH_GATE)
    world = World()
    for tick in range(25):
        at_s = tick / 5
        seen = [picture(NORTH_GATE, [ACROSS], at_s)]
        if tick >= 3:
            seen.append(picture(EAST_GATE, [ACROSS], at_s - 0.6))
        world = tracked(site, world, seen, instant(at_s))

    assert [target.id for target in world.targets] == ["T1"]
    assert world.targets[0].position_m == pytest.approx(ACROSS.at(4.8), abs=0.25)


@pytest.mark.parametrize("age_s", [5.0, -1.0])
def test_a_frame_too_old_or_from_the_future_is_not_believed(age_s: float) -> None:
    site = site_of(EAST_GATE)
    seen = picture(EAST_GATE, [ACROSS], 0.0)

    world = tracked(site, World(), [seen], instant(age_s))

    assert len(world.tracks) == 0
    assert len(world.sightings) == 1


def test_detections_of_a_camera_the_site_does_not_know_are_reported_and_not_placed() -> None:
    world = tracked(site_of(NORTH_GATE), World(), [picture(EAST_GATE, [ACROSS], 0.0)], instant(0.0))

    assert [seen.ground_m for seen in world.sightings] == [None]


def test_a_turned_head_places_people_by_its_aim() -> None:
    camera = fixed("ptz", 10, 5, 90.0)
    aim = Aim(0.0, -25.0, 70.0)
    world = World()
    for tick in range(5):
        seen = picture(camera, [ACROSS], tick / 5, aim=aim)
        world = tracked(site_of(camera), world, [seen], instant(tick / 5))

    assert world.targets[0].position_m == pytest.approx(ACROSS.at(0.8), abs=0.2)
    assert aim != rest_aim(camera)


def test_a_moving_picture_size_does_not_move_people() -> None:
    world = World()
    for tick in range(5):
        seen = picture(EAST_GATE, [ACROSS], tick / 5)
        if tick % 2:
            seen = replace(
                seen,
                width_px=SIZE_PX[0] * 2,
                height_px=SIZE_PX[1] * 2,
                boxes_px=seen.boxes_px * np.float32(2),
            )
        world = tracked(site_of(EAST_GATE), world, [seen], instant(tick / 5))

    assert [target.id for target in world.targets] == ["T1"]


@pytest.mark.slow
@pytest.mark.parametrize("cameras", [1, 2, 8, 32])
def test_one_target_is_reported_whatever_the_number_of_other_cameras(cameras: int) -> None:
    site = site_of(
        *(fixed(f"c{index:02d}", 10 + 60 * index, 5, 0.0) for index in range(cameras)),
        size_m=(60.0 * cameras, 40.0),
    )
    walk = Walk((10.0, 20.0), (0.05, 0.0))

    worlds = list(watched(site, [walk], until_s=30.0, detection=0.9, noise=0.03, phase_s=0.003))

    reported = [len(world.targets) == 1 for world in worlds]
    assert np.mean(reported) >= 0.95
    assert {target.id for world in worlds for target in world.targets} == {"T1"}
