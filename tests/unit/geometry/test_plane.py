import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.geometry.plane import Plane
from tests.benchmarks.walks import homography
from tests.fakes.walkers import SIZE_PX, Walk, fixed, picture

EYE = fixed("eye", 10.0, 0.0, 0.0)
PLANE = Plane(homography(EYE), None, *SIZE_PX)
SIGMA = np.array([0.03, 0.04])


def test_a_box_stands_where_its_person_stands() -> None:
    boxes = picture(EYE, [Walk((10.0, 12.0), (0.0, 0.0))], 0.0).boxes_px.astype(np.float64)
    points, _, valid = PLANE.grounded(boxes, SIGMA)
    assert valid.all()
    assert points[0] == pytest.approx([10.0, 12.0], abs=0.02)


def test_who_is_further_away_is_known_less_surely() -> None:
    walks = [Walk((10.0, 9.0), (0.0, 0.0)), Walk((10.0, 20.0), (0.0, 0.0))]
    boxes = picture(EYE, walks, 0.0).boxes_px.astype(np.float64)
    _, covariances, _ = PLANE.grounded(boxes, SIGMA)
    near, far = np.linalg.det(covariances)
    assert near < far


@pytest.mark.parametrize(
    "box",
    [
        (np.nan, 10.0, 20.0, 60.0),
        (10.0, 10.0, np.inf, 60.0),
        (20.0, 10.0, 10.0, 60.0),
        (10.0, 60.0, 20.0, 60.0),
        (5000.0, 10.0, 5020.0, 60.0),
        (10.0, -900.0, 20.0, -860.0),
        (300.0, -90.0, 320.0, -60.0),
    ],
    ids=["nan", "infinite", "turned", "empty", "beside", "above", "over the horizon"],
)
def test_a_box_that_cannot_stand_on_the_floor_is_invalid(
    box: tuple[float, float, float, float],
) -> None:
    _, _, valid = PLANE.grounded(np.array([box, (300.0, 150.0, 330.0, 230.0)]), SIGMA)
    assert valid.tolist() == [False, True]


@given(st.lists(st.tuples(*[st.floats(width=32)] * 4), max_size=4))
def test_no_box_makes_a_point_that_is_not_finite(
    boxes: list[tuple[float, float, float, float]],
) -> None:
    points, covariances, valid = PLANE.grounded(np.array(boxes).reshape(-1, 4), SIGMA)
    assert np.isfinite(points[valid]).all()
    assert np.isfinite(covariances[valid]).all()


def test_what_is_in_the_picture_is_shown_and_what_is_behind_is_not() -> None:
    assert PLANE.shows(np.array([[10.0, 12.0], [30.0, 2.0]])).tolist() == [True, False]


def test_a_picture_of_its_own_is_in_units_of_a_persons_height() -> None:
    plane = Plane.of_picture(172.0, 640, 360)
    points, _, _ = plane.grounded(np.array([[90.0, 100.0, 110.0, 300.0]]), SIGMA)
    assert points[0] == pytest.approx([1.0, 3.0])
