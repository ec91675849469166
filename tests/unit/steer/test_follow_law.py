import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import TargetId
from orchestrator.geometry.sight import aim_on, off_centre, sight, size_in
from orchestrator.steer.follow import Axis, Kinematics, Leg, Pursuer, Quarry
from orchestrator.steer.follow.frame import LEAST, MOST, framed
from tests.benchmarks.steering.pursuit import LATENCY_S, camera_of, judged
from tests.benchmarks.steering.strolls import OPEN

DOME = camera_of(OPEN)
TURNS = Kinematics(LATENCY_S, Axis(200.0, 400.0), Axis(200.0, 400.0), endless=True)
PURSUER = Pursuer(DOME, TURNS)
places = st.tuples(st.floats(-30.0, 30.0), st.floats(3.0, 40.0))


def quarry(
    place: tuple[float, float], velocity: tuple[float, float] = (0.0, 0.0), at_s: float = 10.0
) -> Quarry:
    return Quarry(TargetId("T1"), at_s, place, velocity, at_s, sigma_m=0.1)


@given(places, st.floats(0.2, 0.55))
def test_somebody_aimed_at_is_in_the_middle_and_as_tall_as_wanted(
    place: tuple[float, float], share: float
) -> None:
    seen = sight(DOME, place, 1.75)
    aim = aim_on(DOME, seen, share)
    assert off_centre(DOME, aim, seen) < 1e-6
    size = size_in(DOME, aim.hfov_deg, seen)
    at_an_end = aim.hfov_deg in (DOME.lens.hfov_tele_deg, DOME.lens.hfov_wide_deg)
    assert at_an_end or size == pytest.approx(share)


@given(
    st.tuples(st.floats(-30.0, 30.0), st.floats(12.0, 40.0)), st.floats(-15, 15), st.floats(-8, 8)
)
def test_the_offset_agrees_with_a_judge_who_computes_it_otherwise(
    place: tuple[float, float], turn_deg: float, rise_deg: float
) -> None:
    seen = sight(DOME, place, 1.75)
    aim = Aim(seen.azimuth_deg + turn_deg, seen.tilt_deg + rise_deg, 40.0)
    _, off = judged(DOME, aim, place)
    assert off_centre(DOME, aim, seen) == pytest.approx(off, abs=0.02)


def test_a_head_rests_while_its_target_is_near_the_middle() -> None:
    still = quarry((0.0, 20.0))
    goal = framed(DOME, still, 10.0).aim
    nearly = Aim(goal.azimuth_deg + 0.1 * goal.hfov_deg / 2.0, goal.tilt_deg, goal.hfov_deg)
    assert PURSUER.next(still, Leg.none(nearly), 10.0) is None


def test_a_head_is_sent_ahead_of_who_walks_out_of_the_picture() -> None:
    walker = quarry((0.0, 20.0), velocity=(1.4, 0.0))
    behind = Aim(0.0, framed(DOME, walker, 10.0).aim.tilt_deg - 8.0, 20.0)
    leg = PURSUER.next(walker, Leg.none(behind), 10.0)
    assert leg is not None
    now = sight(DOME, walker.where(10.0), 1.75)
    assert leg.goal.azimuth_deg > now.azimuth_deg
    assert leg.obeys_s == pytest.approx(10.0 + LATENCY_S)


def test_who_comes_back_to_the_middle_by_themselves_moves_no_head() -> None:
    coming = quarry((0.0, 20.0), velocity=(1.4, 0.0))
    fit = framed(DOME, coming, 10.0).aim
    half_deg = fit.hfov_deg / 2.0
    ahead = Aim(0.4 * half_deg, fit.tilt_deg, fit.hfov_deg)
    going = quarry((0.0, 20.0), velocity=(-1.4, 0.0))
    assert PURSUER.next(coming, Leg.none(ahead), 10.0) is None
    assert PURSUER.next(going, Leg.none(ahead), 10.0) is not None


@given(places, st.floats(0.02, 1.0))
def test_a_picture_is_never_tighter_for_more_doubt(
    place: tuple[float, float], sigma_m: float
) -> None:
    sure = Quarry(TargetId("T1"), 10.0, place, (0.0, 0.0), 10.0, sigma_m=0.02)
    unsure = Quarry(TargetId("T1"), 10.0, place, (0.0, 0.0), 10.0, sigma_m=sigma_m)
    assert framed(DOME, unsure, 10.0).aim.hfov_deg >= framed(DOME, sure, 10.0).aim.hfov_deg - 1e-9
    size = size_in(DOME, framed(DOME, sure, 10.0).aim.hfov_deg, sight(DOME, place, 1.75))
    assert size <= MOST
    assert size >= LEAST or framed(DOME, sure, 10.0).aim.hfov_deg == DOME.lens.hfov_tele_deg


@given(st.floats(-350.0, 350.0), st.floats(0.0, 5.0))
def test_an_axis_goes_its_way_and_no_further(way_deg: float, after_s: float) -> None:
    axis = Axis(120.0, 360.0)
    gone = axis.gone_deg(way_deg, after_s)
    assert abs(gone) <= abs(way_deg) + 1e-9
    assert axis.gone_deg(way_deg, axis.takes_s(way_deg)) == pytest.approx(way_deg)
    assert abs(gone - axis.gone_deg(way_deg, after_s + 0.01)) <= 120.0 * 0.01 + 1e-6


def test_a_head_on_its_errand_is_between_its_start_and_its_goal() -> None:
    leg = Leg(Aim(350.0, -10.0, 30.0), Aim(50.0, -30.0, 20.0), 10.0, 10.15, 10.9)
    half_way = PURSUER.where(leg, 10.4)
    assert 0.0 < (half_way.azimuth_deg - 350.0) % 360.0 < 60.0
    assert -30.0 < half_way.tilt_deg < -10.0
    assert PURSUER.where(leg, 11.0) == leg.goal
    assert math.isinf(Leg.none(leg.start).sent_s)
