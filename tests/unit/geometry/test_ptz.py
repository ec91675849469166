from dataclasses import replace
from itertools import pairwise

import pytest

from orchestrator.domain.camera import Aim, PtzPose, PtzRange
from orchestrator.geometry.ptz import aim_of, angle_between, pose_of, slew_s, swept
from tests.fakes.walkers import dome, fixed


def test_a_fixed_camera_looks_along_its_mount() -> None:
    camera = fixed("gate", 0, 0, 35.0, tilt_deg=-18.0, hfov_deg=62.0)

    assert aim_of(camera, PtzPose(0.3, 0.3, 0.3)) == Aim(35.0, -18.0, 62.0)
    assert swept(camera, Aim(35.0, -18.0, 62.0), Aim(35.0, -18.0, 62.0))
    assert slew_s(camera, Aim(0, 0, 60), Aim(90, 0, 60)) == 0.0


def test_the_ends_of_the_onvif_space_are_the_ends_of_the_range() -> None:
    camera = dome("yard", 0, 0, azimuth_deg=90.0)

    low, high = aim_of(camera, PtzPose(-1, -1, 0)), aim_of(camera, PtzPose(1, 1, 1))

    assert low == Aim(280.0, -90.0, 60.0)
    assert (high.azimuth_deg, high.tilt_deg) == (260.0, 20.0)
    assert high.hfov_deg == pytest.approx(10.0)


def test_the_focal_length_is_linear_in_zoom() -> None:
    camera = dome("yard", 0, 0)

    half = aim_of(camera, PtzPose(0, 0, 0.5)).hfov_deg

    assert half == pytest.approx(17.2, abs=0.2)


def test_an_aim_out_of_reach_becomes_the_nearest_pose() -> None:
    camera = dome("yard", 0, 0)

    pose = pose_of(camera, Aim(azimuth_deg=178.0, tilt_deg=60.0, hfov_deg=90.0))

    assert (pose.pan, pose.tilt, pose.zoom) == (1.0, 1.0, 0.0)


def test_the_angle_between_two_steep_aims_is_small_whatever_their_azimuth() -> None:
    assert angle_between(Aim(0, -89, 60), Aim(180, -89, 60)) == pytest.approx(2.0)


def test_the_faster_axis_is_done_first_and_then_waits() -> None:
    camera = dome("yard", 0, 0)

    path = swept(camera, Aim(0, 0, 60), Aim(90, -30, 60))

    assert (path[0], path[-1]) == (Aim(0, 0, 60), Aim(90, -30, 60))
    half_way = min(path, key=lambda aim: abs(aim.azimuth_deg - 45))
    assert half_way.tilt_deg == pytest.approx(-30, abs=1.5)


def test_a_swept_path_takes_small_steps() -> None:
    camera = dome("yard", 0, 0)

    path = swept(camera, Aim(200, -60, 60), Aim(150, 10, 20), step_deg=2.0)

    steps = [angle_between(a, b) for a, b in pairwise(path)]
    assert max(steps) <= 2.9
    assert all(aim.hfov_deg == 60 for aim in path[1:-1])


def test_a_head_turns_away_from_its_stop() -> None:
    camera = dome("yard", 0, 0)

    path = swept(camera, Aim(160, 0, 60), Aim(200, 0, 60))

    assert any(angle_between(aim, Aim(0, 0, 60)) < 2 for aim in path)


def test_a_head_that_turns_full_circle_may_take_either_way() -> None:
    camera = replace(dome("yard", 0, 0), ptz=PtzRange(-180, 180, -90, 20))

    path = swept(camera, Aim(160, 0, 60), Aim(200, 0, 60))

    assert any(angle_between(aim, Aim(0, 0, 60)) < 2 for aim in path)
    assert any(angle_between(aim, Aim(180, 0, 60)) < 2 for aim in path)


def test_a_slew_lasts_as_long_as_its_slower_axis() -> None:
    camera = dome("yard", 0, 0)

    pan_s = slew_s(camera, Aim(0, 0, 60), Aim(90, 0, 60))

    assert pan_s == pytest.approx(1.5)
    assert slew_s(camera, Aim(0, 0, 60), Aim(90, -10, 60)) == pan_s
    assert slew_s(camera, Aim(0, 0, 60), Aim(0, 0, 60)) == 0.0
    assert 0 < slew_s(camera, Aim(0, 0, 60), Aim(1, 0, 60)) < 0.2
