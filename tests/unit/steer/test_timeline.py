"""A frame's aim is the head's aim, or unknown; never a guess."""

import pytest

from orchestrator.domain.camera import Aim
from orchestrator.steer import HeadTimeline

DOCK = Aim(10.0, -20.0, 60.0)
GATE = Aim(90.0, -25.0, 60.0)


def heard(*answers: tuple[float, Aim]) -> HeadTimeline:
    timeline = HeadTimeline()
    for at_s, aim in answers:
        timeline.heard(at_s, aim)
    return timeline


def test_a_frame_between_two_equal_answers_was_exposed_at_that_aim() -> None:
    assert heard((1.0, DOCK), (1.4, DOCK)).aim_at(1.2) == DOCK


def test_a_frame_between_two_different_answers_has_no_aim() -> None:
    assert heard((1.0, DOCK), (1.4, GATE)).aim_at(1.2) is None


def test_a_frame_after_the_newest_answer_has_its_aim_while_nothing_moves() -> None:
    assert heard((1.0, DOCK)).aim_at(1.3) == DOCK


def test_a_frame_after_the_newest_answer_has_no_aim_while_a_move_is_under_way() -> None:
    timeline = heard((1.0, DOCK))
    timeline.moving(True)

    assert timeline.aim_at(1.3) is None


@pytest.mark.parametrize("exposed_s", [0.5, 9.0])
def test_a_frame_before_the_first_or_long_after_the_last_answer_has_no_aim(
    exposed_s: float,
) -> None:
    assert heard((1.0, DOCK)).aim_at(exposed_s) is None


def test_after_an_outage_nothing_is_known() -> None:
    timeline = heard((1.0, DOCK), (2.0, DOCK))
    timeline.forget()

    assert timeline.aim_at(1.5) is None


def test_azimuths_either_side_of_north_are_the_same_pose() -> None:
    assert heard((1.0, Aim(359.9, 0.0, 60.0)), (1.4, Aim(0.05, 0.0, 60.0))).aim_at(1.2) is not None


def test_where_a_moving_head_came_past_is_known_with_a_doubt_once_it_is_asked_again() -> None:
    timeline = heard((1.0, Aim(358.0, -20.0, 60.0)))
    assert timeline.passing(1.05) is None
    timeline.heard(1.1, Aim(2.0, -21.0, 60.0))

    posed = timeline.passing(1.05)
    assert posed is not None
    assert posed.aim.azimuth_deg == pytest.approx(0.0, abs=1e-6)
    assert posed.aim.tilt_deg == pytest.approx(-20.5)
    assert 0.5 < posed.sigma_deg < 3.0


def test_a_doubt_grows_with_the_speed_and_two_answers_far_apart_say_nothing() -> None:
    slow = heard((1.0, Aim(10.0, -20.0, 60.0)), (1.1, Aim(10.5, -20.0, 60.0))).passing(1.05)
    quick = heard((1.0, Aim(10.0, -20.0, 60.0)), (1.1, Aim(19.0, -20.0, 60.0))).passing(1.05)
    assert slow is not None
    assert quick is not None
    assert slow.sigma_deg < quick.sigma_deg / 3
    assert heard((1.0, DOCK), (3.0, GATE)).passing(2.0) is None
