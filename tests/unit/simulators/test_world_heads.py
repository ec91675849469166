"""PTZ heads obey late, move within their limits and stop where they were told to."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.facility import Facility, load
from simulators.heads import Aim, Motors, Pose, PtzSpec, aim_at, hfov_of, pose_of, zoom_of

DEMO = Path(__file__).parents[3] / "config" / "demo" / "facility.yaml"
SPEC = PtzSpec()
REST = Aim(290.0, 0.0, 62.0)


def motors(seed: int = 1) -> Motors:
    head = Motors(SPEC, REST, 62.0, 12.0, Random(seed))
    head.place(Pose(0.0, 0.0, 0.0))
    return head


def angles(head: Motors) -> tuple[float, float]:
    pose = head.head().pose
    return pose.pan * 170.0, pose.tilt * 45.0


@pytest.mark.slow
@given(
    pan=st.floats(-1, 1), tilt=st.floats(-1, 1), zoom=st.floats(0, 1), azimuth=st.floats(0, 359.9)
)
def test_a_pose_and_its_direction_are_inverse(
    pan: float, tilt: float, zoom: float, azimuth: float
) -> None:
    rest = Aim(azimuth, 0.0, 62.0)
    aim = aim_at(Pose(pan, tilt, zoom), rest, SPEC, 62.0, 12.0)
    back = pose_of(aim, rest, SPEC, 62.0, 12.0)
    assert back.pan == pytest.approx(pan, abs=1e-6)
    assert back.tilt == pytest.approx(tilt, abs=1e-6)
    assert back.zoom == pytest.approx(zoom, abs=1e-6)


def test_a_direction_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="range"):
        pose_of(Aim(110.0, 0.0, 40.0), REST, SPEC, 62.0, 12.0)
    with pytest.raises(ValueError, match="range"):
        pose_of(Aim(290.0, 30.0, 40.0), REST, SPEC, 62.0, 12.0)


def test_the_focal_length_is_linear_in_zoom() -> None:
    assert hfov_of(0.0, 62.0, 12.0) == pytest.approx(62.0)
    assert hfov_of(1.0, 62.0, 12.0) == pytest.approx(12.0)
    assert zoom_of(hfov_of(0.37, 62.0, 12.0), 62.0, 12.0) == pytest.approx(0.37)


def test_pan_is_clockwise_and_tilt_is_up() -> None:
    aim = aim_at(Pose(0.1, 0.2, 0.0), REST, SPEC, 62.0, 12.0)
    assert aim.azimuth_deg == pytest.approx(307.0)
    assert aim.tilt_deg == pytest.approx(-26.0)


def test_a_command_is_obeyed_after_its_latency_and_not_before() -> None:
    head = motors()
    head.go(Pose(0.5, 0.0, 0.0))
    head.step(0.055)
    assert head.head().pose.pan == 0.0
    assert not head.head().moving
    head.step(0.12)
    assert head.head().pose.pan > 0.0
    assert head.head().moving


@pytest.mark.parametrize("dt_s", [0.007, 0.02, 0.1])
def test_a_head_keeps_its_limits_and_ends_exactly_where_it_was_sent(dt_s: float) -> None:
    head, goal = motors(), Pose(0.6, -0.4, 0.5)
    head.go(goal)
    last, speed = angles(head), (0.0, 0.0)
    for _ in range(int(4.0 / dt_s)):
        head.step(dt_s)
        now = angles(head)
        fast = ((now[0] - last[0]) / dt_s, (now[1] - last[1]) / dt_s)
        assert abs(fast[0]) <= SPEC.pan_dps + 0.01
        assert abs(fast[1]) <= SPEC.tilt_dps + 0.01
        assert fast[0] - speed[0] <= SPEC.pan_dps2 * dt_s * 1.1 + 0.5
        assert now[0] <= 0.6 * 170.0 + 0.05
        last, speed = now, fast
    pose = head.head().pose
    assert (pose.pan, pose.tilt, pose.zoom) == pytest.approx((0.6, -0.4, 0.5))
    assert not head.head().moving


def test_a_continuous_move_ends_by_itself_at_its_timeout() -> None:
    head = motors()
    head.drive(Pose(0.5, 0.0, 0.0), 0.5)
    head.step(2.0)
    assert not head.head().moving
    turned = head.head().pose.pan * 170.0
    assert turned == pytest.approx(0.5 * SPEC.pan_dps * 0.5, rel=0.1)
    head.step(1.0)
    assert head.head().pose.pan * 170.0 == turned


def test_stop_ends_a_move_on_the_way() -> None:
    head = motors()
    head.go(Pose(0.9, 0.0, 0.0))
    head.step(0.6)
    head.stop()
    head.step(1.0)
    assert not head.head().moving
    assert 0.05 < head.head().pose.pan < 0.85


def test_relative_moves_add_up_to_where_the_head_is_going() -> None:
    head = motors()
    head.turn(Pose(0.2, 0.0, 0.0))
    head.step(3.0)
    head.turn(Pose(-0.1, 0.1, 0.3))
    head.step(3.0)
    pose = head.head().pose
    assert (pose.pan, pose.tilt, pose.zoom) == pytest.approx((0.1, 0.1, 0.3), abs=1e-6)


def test_a_goal_beyond_the_range_ends_at_its_limit() -> None:
    head = motors()
    head.go(Pose(3.0, 0.0, 0.0))
    head.step(4.0)
    assert head.head().pose.pan == pytest.approx(1.0)


@pytest.mark.slow
def test_presets_can_be_set_recalled_and_removed() -> None:
    facility = Facility(load(DEMO))
    facility.reset(1)
    home = facility.head("yard-ptz").pose
    facility.goto_preset("yard-ptz", "2")
    for _ in range(60):
        facility.step(0.05)
    token = facility.set_preset("yard-ptz", "seen")
    there = facility.head("yard-ptz").pose
    assert facility.presets("yard-ptz")[token].name == "seen"
    facility.home("yard-ptz")
    for _ in range(60):
        facility.step(0.05)
    assert facility.head("yard-ptz").pose == home
    facility.goto_preset("yard-ptz", token)
    for _ in range(60):
        facility.step(0.05)
    assert facility.head("yard-ptz").pose == there
    facility.remove_preset("yard-ptz", token)
    with pytest.raises(KeyError):
        facility.goto_preset("yard-ptz", token)


@pytest.mark.slow
def test_a_fixed_camera_looks_along_its_mount_and_has_no_presets() -> None:
    facility = Facility(load(DEMO))
    facility.reset(1)
    head = facility.head("gate-fixed")
    assert not head.moving
    assert head.aim.azimuth_deg == facility.cameras["gate-fixed"].azimuth_deg
    assert facility.presets("gate-fixed") == {}
